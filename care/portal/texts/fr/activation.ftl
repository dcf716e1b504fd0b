
# Activer son espace, s’opposer en prouvant son identité, et voir où l’on en est
home-activate = Activer mon espace santé
nav-space = Mon espace : où il en est, m’opposer

shown-who = { $provider } vous a identifié : { $name }.
shown-no-provider = Ce service ne propose pas encore de prouver son identité en ligne.
alert-shown-over = Plus de dix minutes ont passé depuis que vous avez prouvé votre identité. Prouvez-la de nouveau.
alert-shown-not-matched = Ce numéro n’est pas celui de la personne que nous avons identifiée. Vérifiez-le sur votre carte Vitale. Si votre nom ou votre date de naissance a changé, ou si vous n’êtes pas majeur, appelez le numéro de votre courrier.
alert-activation-unavailable = Le service ne répond pas en ce moment. Réessayez dans quelques minutes.

activation-title = Activer mon espace santé
activation-lead = Activer votre espace, c’est y avoir accès : lire vos documents, choisir qui peut les lire, voir qui les a lus. Pour que personne ne le fasse à votre place, vous prouvez d’abord votre identité.
activation-number = Votre numéro de sécurité sociale nous dit quel espace est le vôtre.
activation-send = Activer mon espace
activation-known-title = Vous avez déjà un compte ici ?
activation-known-before = Connectez-vous d’abord avec lui, puis revenez ici : cette identité sera reliée à votre compte.
activation-known = Vous avez déjà un compte ici. Connectez-vous avec lui : cette identité y sera alors reliée, et vous pourrez l’utiliser la prochaine fois.
activation-known-lost = Vous ne pouvez plus vous y connecter ? Appelez le numéro de votre courrier : personne d’autre ne peut ouvrir un second compte à votre nom.
activation-linked-title = Votre identité est reliée à votre compte
activation-linked = La prochaine fois, vous pourrez vous connecter avec elle.
activation-of-another = Cette identité est déjà reliée à un autre compte. Appelez le numéro de votre courrier.
activation-minor = Avant 18 ans, ce sont les parents qui activent l’espace santé. Le jour de vos 18 ans, vous pourrez l’activer ici.
activation-ended = Cet espace a été fermé ou effacé. Appelez le numéro de votre courrier pour savoir ce qui est possible.
activation-opposed = Vous vous opposez à votre espace santé depuis le { $day }.
activation-back = Pour l’activer, il faut d’abord annuler cette opposition. Les personnes que vous avez autorisées pourront de nouveau lire votre espace.
activation-back-send = Annuler mon opposition et activer mon espace
activation-back-not = Ne rien changer
activation-opposes = Vous vous opposez à votre espace santé. Annulez d’abord cette opposition, avec le code de la lettre qui l’a confirmée ou en prouvant votre identité.

by-code-title = Avec le code de mon courrier et un message
by-code-what = Sans identité en ligne, il faut deux preuves : le code de la lettre reçue par la poste, et un second code, envoyé par message aux coordonnées que connaît votre assurance maladie.
by-code-way = Activer avec le code de mon courrier
by-code-lead = Le code de votre lettre ne suffit pas pour ouvrir votre espace : nous envoyons aussi un code, par message, aux coordonnées que connaît votre assurance maladie. Le code de la lettre vous permettra encore de vous opposer.
by-code-by = Par quelle voie doit venir le second code ?
by-code-by-email = Par courrier électronique ; par SMS si aucune adresse n’est connue
by-code-by-sms = Par SMS ; par courrier électronique si aucun mobile n’est connu
by-code-send = Recevoir le second code
second-title = Le code reçu par message
second-lead = Si ces informations vont ensemble, et si votre assurance maladie connaît vos coordonnées, un message part maintenant avec un code de 8 chiffres. Il est valable dix minutes.
second-lead-again = Le dernier message reçu compte. Aucun autre n’est parti.
second-code = Code reçu par message
second-code-hint = 8 chiffres. Les espaces ne comptent pas.
second-send = Continuer
second-none-title = Rien n’est arrivé ?
second-none = Regardez dans les courriers indésirables. Un nouveau message peut partir après une minute, cinq fois par jour au plus. Un code reçu par message ne remplace pas celui de la lettre. Sans coordonnées connues, prouvez votre identité en ligne, ou appelez le numéro de votre courrier.
second-again = Envoyer un nouveau message
alert-second-not = Ces codes ne vont pas ensemble, ou celui du message a déjà servi, a été mal saisi cinq fois ou date de plus de dix minutes. Vérifiez-les, ou demandez un nouveau message.

activation-done-title = Votre espace santé est activé
activation-done = Vous êtes connecté.
activation-letter = Une lettre part à votre adresse : elle dit que votre espace a été activé, et que faire si ce n’était pas vous.
activation-enter = Ouvrir mon espace
activation-receipt-proof = La preuve dans le registre est dans votre espace, à la page « Qui a ouvert mon dossier ».

identity-title = S’opposer en prouvant son identité
identity-lead = Sans code ni compte : vous prouvez votre identité, puis vous donnez votre numéro de sécurité sociale. Rien n’est créé à votre nom.
identity-by-code = M’opposer avec le code de mon courrier

space-title = Mon espace
space-activated = Vous avez activé votre espace santé le { $day }.
space-created = Votre espace santé existe depuis le { $day }.
space-closed = Votre espace santé est fermé depuis le { $day }.
space-none = Il n’y a pas d’espace santé à votre nom.
space-elsewhere = Votre espace santé existe. Nous ne savons pas dire ici si vous vous y opposez : les deux boutons fonctionnent.
space-opposed = Vous vous opposez à votre espace depuis le { $day }. Personne ne peut le lire ni l’alimenter. Vous voyez seulement qui a voulu l’ouvrir.
space-oppose-title = Dire non
space-oppose-text = Vous pouvez vous opposer à votre espace à tout moment, sans raison à donner. Cela vaut aussitôt : plus personne ne peut le lire ni l’alimenter. Vous recevez un reçu, et vous pouvez changer d’avis.
space-oppose = M’opposer maintenant
space-back-title = Changer d’avis
space-back-text = Annuler l’opposition rend votre espace comme il était : les personnes que vous avez autorisées peuvent de nouveau le lire.
space-back = Annuler mon opposition

# Un agent, au guichet, a vu une pièce d’identité
nav-vouch = J’ai vu une pièce d’identité
vouch-title = J’ai vu une pièce d’identité
vouch-lead = Une personne sans identité en ligne et sans adresse électronique connue vous montre sa pièce d’identité. Votre parole remplace le second code : pendant 30 jours, elle peut activer son espace avec le code de sa lettre. Ne demandez pas ce code, et ne le regardez pas. Votre numéro d’agent est inscrit.
vouch-seen-legend = Ce que vous avez vérifié
vouch-seen = La personne est devant moi, sa pièce d’identité est valable, et la photographie est la sienne.
fault-seen = Cochez cette case si c’est vrai : sans cela, rien n’est inscrit.
vouch-send = Inscrire
vouch-done-title = C’est inscrit
vouch-done = Si ces informations sont celles d’une personne assurée, elle peut activer son espace pendant 30 jours, avec le code de sa lettre.
vouch-after = Pour protéger chacun, cette page répond toujours la même chose : elle ne dit pas si une personne est assurée.
vouch-next = Une autre personne
second-vouched = Un agent a vu votre pièce d’identité à un guichet ? Laissez ce champ vide et continuez.
