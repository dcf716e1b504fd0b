
# L’accueil, et ce que chaque page montre
nav-home = Accueil
nav-account = Mon compte
nav-out = Déconnexion
nav-label = Votre espace
home-title = Espace santé
home-lead = Votre espace santé garde vos documents et vos informations de santé. Vous seul décidez qui peut les lire.
home-signin = Me connecter
home-oppose = S’opposer à son espace santé avec le code du courrier
home-role = Agir à un autre titre
home-seen = Chaque ouverture d’un dossier est montrée à la personne : votre nom, votre structure, l’heure et ce que vous avez lu.

# Ce qui ne va pas
alert-nothing-done = Rien n’a été changé
alert-correct = Corrigez ce qui suit, puis envoyez de nouveau.
stale-title = Ce formulaire n’est plus valable
stale-text = La page était ouverte depuis longtemps, ou le formulaire venait d’un autre site. Revenez à la page et remplissez-la de nouveau.
failure-title = Le service ne répond pas
failure-text = Réessayez dans quelques minutes.

# La connexion
signin-title = Me connecter
signin-lead = Choisissez comment prouver que c’est bien vous.
signin-passkey-title = Sans mot de passe
signin-passkey-way = Avec une clé d’accès
signin-password-title = Avec un mot de passe et un code
signin-send = Me connecter
signin-refused = Vous n’êtes pas connecté
signin-not = L’identifiant, le mot de passe ou le code ne convient pas. Un code ne sert qu’une fois : s’il vient de servir, attendez le suivant.
signin-too-fast = Trop d’essais viennent de votre connexion. Attendez une minute, puis essayez de nouveau.
signin-too-many = Trop d’essais ont échoué pour cet identifiant. Utilisez une clé d’accès, ou réessayez demain. Depuis un lieu où vous vous êtes déjà connecté, vous pouvez continuer.
signin-busy = Beaucoup de personnes se connectent en ce moment. Réessayez dans un instant.
signin-over = Votre session s’est terminée pour vous protéger. Reconnectez-vous : vous retrouverez la page où vous étiez.
signin-out = Vous êtes déconnecté. Sur un ordinateur partagé, fermez aussi le navigateur.
signin-closed = Ce compte n’est plus ouvert.
signin-help-title = Vous n’y arrivez pas ?
signin-help = À la place du code de l’application, vous pouvez saisir un code de secours. Si vous avez tout perdu, demandez une nouvelle invitation à la personne qui vous a remis la première.
login = Identifiant
password = Mot de passe
code = Code de l’application
code-hint = Les 6 chiffres que montre votre application d’authentification.
passkey-title = Me connecter avec une clé d’accès
passkey-lead = Votre téléphone, votre ordinateur ou votre clé de sécurité vous reconnaît, par exemple par l’empreinte ou le code de l’appareil. Rien de cela ne nous est envoyé.
passkey-show = Utiliser ma clé d’accès
passkey-failed = Aucune clé d’accès n’a été présentée. Essayez de nouveau, ou connectez-vous autrement.
passkey-not = Cette clé d’accès ne convient pas, ou la page était ouverte depuis trop longtemps. Essayez de nouveau.
passkey-no-script = Les clés d’accès ont besoin de JavaScript, que votre navigateur n’exécute pas. Connectez-vous avec un mot de passe et un code.
passkey-nowhere = Les clés d’accès ne fonctionnent pas à cette adresse. Connectez-vous avec un mot de passe et un code.
passkey-else = Me connecter avec un mot de passe et un code

# Le rôle
role-title = À quel titre agissez-vous ?
role-lead = Votre compte vous permet d’agir à plusieurs titres. Choisissez-en un ; vous pourrez en changer.
role-legend = J’agis
role-send = Continuer
role-none-chosen = Choisissez un titre.
role-none = Votre compte n’est lié à aucun titre pour le moment. Adressez-vous à la personne qui vous a invité.
role-holder = Pour moi-même ({ $name })
role-representative = Pour une personne que je représente ({ $name })
role-professional = Comme professionnel de santé ({ $name }, structure { $place })
role-support = Au support, sans voir de données de santé
role-operator = Comme opérateur, sans voir de données de santé
role-other = { $name }

# Prouver de nouveau
again-title = Confirmez que c’est vous
again-lead = Ce que vous allez faire est important. Prouvez encore une fois que c’est bien vous : cela vaut cinq minutes.
again-send = Confirmer

# L’invitation
enrol-title = Choisir comment vous connecter
enrol-lead = Vous êtes invité à ouvrir le compte « { $login } ». Choisissez l’un des deux moyens ; vous pourrez ajouter l’autre ensuite.
enrol-passkey-title = Une clé d’accès (le plus simple et le plus sûr)
enrol-password-title = Un mot de passe et une application d’authentification
enrol-over = Cette invitation a déjà servi, ou elle est trop ancienne. Si vous avez déjà choisi, connectez-vous ; sinon demandez-en une nouvelle.
enrol-done-title = Votre compte est ouvert
enrol-done = Vous êtes connecté.
passkey-make-lead = Une clé d’accès reste sur votre téléphone, votre ordinateur ou votre clé de sécurité. Personne ne peut vous la faire dire, et il n’y a rien à retenir.
passkey-name = Nom de cette clé d’accès
passkey-name-hint = Facultatif. Par exemple : mon téléphone.
passkey-unnamed = Clé d’accès
passkey-make = Créer une clé d’accès
passkey-make-title = Ajouter une clé d’accès
passkey-not-made = La clé d’accès n’a pas été créée, ou la page était ouverte depuis trop longtemps. Essayez de nouveau.
passkey-refused = Cette clé d’accès est déjà enregistrée, ou vous en avez déjà dix.
totp-lead = Scannez cette image avec une application d’authentification (FreeOTP, Aegis, Google Authenticator…), ou saisissez-y le secret. L’application montre ensuite un code de 6 chiffres.
totp-picture = Image à scanner (code QR) ; elle dit la même chose que le secret écrit dessous.
totp-secret = Secret
password-title = Changer de mot de passe et d’application
password-new = Nouveau mot de passe
password-hint = 12 caractères au moins. Une phrase de plusieurs mots convient très bien.
password-again = Le même mot de passe encore une fois
password-send = Enregistrer
password-short = Ce mot de passe est trop court : il faut 12 caractères au moins.
password-long = Ce mot de passe est trop long : 256 caractères au plus.
password-guessable = Ce mot de passe se devine facilement. Choisissez par exemple quatre mots sans rapport entre eux.
password-differ = Les deux mots de passe ne sont pas les mêmes.
password-done-title = Votre mot de passe est changé
password-done = Il vaut dès maintenant, avec la nouvelle application. Vos autres sessions sont fermées.
code-new-hint = Les 6 chiffres que l’application montre maintenant.
code-wrong = Ce code n’est pas celui de l’application. Vérifiez l’heure de votre appareil, et saisissez le code du moment.
codes-title = Vos codes de secours
codes-lead = Si vous perdez l’application, chacun de ces codes la remplace une fois. Notez-les ou imprimez-les maintenant : ils ne seront plus jamais montrés.
codes-next = Je les ai notés : continuer
codes-done-title = Vos nouveaux codes de secours
codes-done = Les codes d’avant ne valent plus rien.

# Le compte
account-title = Mon compte
account-lead = Votre identifiant est « { $login } ».
account-passkeys = Clés d’accès
account-no-passkey = Vous n’avez pas de clé d’accès.
account-add-passkey = Ajouter une clé d’accès
account-remove = Retirer
account-remove-named = Retirer la clé d’accès « { $name } »
account-since = Depuis le { $at }
account-used = Utilisée le { $at }
account-last = C’est votre seul moyen de vous connecter : ajoutez-en un autre avant de le retirer.
account-passkey-added = La clé d’accès est ajoutée.
account-passkey-removed = La clé d’accès est retirée. Vos autres sessions sont fermées.
account-password = Mot de passe et application
account-no-password = Vous n’avez pas de mot de passe.
account-change-password = Changer de mot de passe et d’application
account-add-password = Ajouter un mot de passe et une application
account-codes = Codes de secours restants : { $count }
account-new-codes = Obtenir de nouveaux codes de secours
account-settings = Langue et courrier électronique
account-language = Langue des pages
account-email = Adresse électronique
account-email-hint = Facultatif. Les messages disent seulement qu’il y a du nouveau.
account-email-wrong = Cette adresse électronique n’a pas la bonne forme. Par exemple : prenom.nom@exemple.fr
account-save = Enregistrer
account-settings-done = Vos choix sont enregistrés.
account-sessions = Où vous êtes connecté
account-this-session = Cette session
account-other-session = Autre session
account-session = Ouverte le { $begun }, utilisée le { $seen }
account-end = Fermer
account-end-named = Fermer la session ouverte le { $begun }
account-end-all = Fermer toutes les autres sessions
account-sessions-done = C’est fait.
