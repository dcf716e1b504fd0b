//! Tokens that are sealed to us before they are told: FranceConnect+ sends nothing else. ECDH-ES on P-256
//! with A256GCM (RFC 7516; RFC 7518, sections 4.6 and 5.3), the one pair of its two that needs no RSA.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::Error;
use super::jws::LONGEST;

/// Our private key, to which a provider seals.
pub(super) struct Opener(PrivateKey);

#[derive(Deserialize)]
struct Said {
    alg: String,
    enc: String,
    epk: Point,
    #[serde(default)]
    apu: String,
    #[serde(default)]
    apv: String,
    zip: Option<Value>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Point {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

impl Opener {
    /// A P-256 key in PKCS#8, as DER.
    pub(super) fn new(pkcs8: &[u8]) -> Option<Self> {
        PrivateKey::from_private_key_der(&ECDH_P256, pkcs8)
            .ok()
            .map(Self)
    }

    /// The public half as a JWK (RFC 7517), for the provider.
    pub(super) fn public(&self) -> Value {
        let public = self
            .0
            .compute_public_key()
            .expect("a private key has a public one");
        point(public.as_ref(), "enc", "ECDH-ES")
    }

    /// The token in `sealed`.
    pub(super) fn open(&self, sealed: &str) -> Result<String, Error> {
        if sealed.len() > 2 * LONGEST {
            return Err(Error::Malformed("it is longer than 128 KiB"));
        }
        let parts: Vec<&str> = sealed.split('.').collect();
        let [header, wrapped, iv, ciphertext, tag] = parts[..] else {
            return Err(Error::Malformed("it has not five parts"));
        };
        let bytes = |text: &str| {
            URL_SAFE_NO_PAD
                .decode(text)
                .map_err(|_| Error::Malformed("a part of it is no base64url"))
        };
        let said: Said = serde_json::from_slice(&bytes(header)?)
            .map_err(|_| Error::Malformed("its header is not that of ECDH-ES"))?;
        if said.alg != "ECDH-ES" || said.enc != "A256GCM" {
            return Err(Error::Algorithm(
                "it is sealed otherwise than with ECDH-ES and A256GCM; register the client so",
            ));
        }
        if said.zip.is_some() || said.crit.is_some() || !wrapped.is_empty() {
            return Err(Error::Malformed(
                "it is compressed, or its header asks for what is not known",
            ));
        }
        let key = Zeroizing::new(self.agree(&said, &bytes(&said.apu)?, &bytes(&said.apv)?)?);
        let key = UnboundKey::new(&AES_256_GCM, key.as_ref()).expect("the key has 32 bytes");
        let iv = Nonce::try_assume_unique_for_key(&bytes(iv)?)
            .map_err(|_| Error::Malformed("its initialization vector is not 12 bytes long"))?;
        let mut text = bytes(ciphertext)?;
        text.extend(bytes(tag)?);
        let opened = LessSafeKey::new(key)
            .open_in_place(iv, Aad::from(header), &mut text)
            .map_err(|_| Error::Sealed)?;
        String::from_utf8(opened.to_vec()).map_err(|_| Error::Malformed("it holds no text"))
    }

    fn agree(&self, said: &Said, apu: &[u8], apv: &[u8]) -> Result<[u8; 32], Error> {
        let wrong = || Error::Malformed("its ephemeral key is no point of P-256");
        if said.epk.kty != "EC" || said.epk.crv != "P-256" {
            return Err(wrong());
        }
        let mut public = vec![4];
        for half in [&said.epk.x, &said.epk.y] {
            let half = URL_SAFE_NO_PAD.decode(half).map_err(|_| wrong())?;
            if half.len() != 32 {
                return Err(wrong());
            }
            public.extend(half);
        }
        // That the point lies on the curve is checked by the agreement itself.
        let public = UnparsedPublicKey::new(&ECDH_P256, public);
        agreement::agree(&self.0, public, wrong(), |secret| {
            Ok(derive(secret, "A256GCM", 256, apu, apv))
        })
    }
}

/// One round of the Concat KDF (RFC 7518, section 4.6.2), enough for any key of up to 256 bits.
pub(super) fn derive(secret: &[u8], name: &str, bits: u32, apu: &[u8], apv: &[u8]) -> [u8; 32] {
    let mut hash = Context::new(&SHA256);
    hash.update(&1_u32.to_be_bytes());
    hash.update(secret);
    for part in [name.as_bytes(), apu, apv] {
        let length = u32::try_from(part.len()).expect("a token is shorter than 4 GiB");
        hash.update(&length.to_be_bytes());
        hash.update(part);
    }
    hash.update(&bits.to_be_bytes());
    let digest = hash.finish();
    digest.as_ref().try_into().expect("SHA-256 gives 32 bytes")
}

/// An uncompressed point of P-256 as a JWK whose name is its thumbprint (RFC 7638).
pub(super) fn point(public: &[u8], used: &str, algorithm: &str) -> Value {
    let x = URL_SAFE_NO_PAD.encode(public.get(1..33).unwrap_or_default());
    let y = URL_SAFE_NO_PAD.encode(public.get(33..65).unwrap_or_default());
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let digest = aws_lc_rs::digest::digest(&SHA256, canonical.as_bytes());
    json!({
        "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": used, "alg": algorithm,
        "kid": URL_SAFE_NO_PAD.encode(digest.as_ref()),
    })
}
