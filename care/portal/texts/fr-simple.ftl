# French that is easy to read and to understand (FALC): short sentences, one idea a line, everyday words.
# "Information pour tous: règles européennes pour une information facile à lire et à comprendre" (Inclusion Europe, 2009).

opposition-title = Dire non à l’espace santé
opposition-lead =
    Vous pouvez dire non à l’espace santé.
    C’est votre droit.
    Vous n’avez pas à dire pourquoi.
    Vous serez soigné comme avant.
    Vous serez remboursé comme avant.
opposition-effect =
    Votre choix compte tout de suite.
    Vous recevez une preuve tout de suite.
opposition-ins = Votre numéro de sécurité sociale
opposition-ins-hint =
    Il est écrit sur votre carte Vitale.
    Il est écrit sur votre lettre.
opposition-birth-date = Votre date de naissance
opposition-birth-date-hint =
    Écrivez le jour, le mois et l’année.
    Par exemple : 05/12/1963
opposition-code = Le code de votre lettre
opposition-code-hint =
    Le code a 13 lettres et chiffres.
    Vous pouvez l’écrire sans les tirets.
opposition-send = Je dis non

fault-ins =
    Regardez votre numéro de sécurité sociale.
    Il y a sans doute une erreur.
fault-birth-date =
    Regardez votre date de naissance.
    Écrivez le jour, le mois et l’année.
fault-code =
    Regardez le code.
    Il y a sans doute une erreur.

alert-title = Ce n’est pas encore fait
alert-typo =
    Il y a une erreur.
    Corrigez et envoyez encore une fois.
alert-not-matched =
    Ces 3 réponses ne vont pas ensemble.
    Ou ce code a déjà servi.
    Regardez votre lettre et essayez encore.
    Vous avez déjà une preuve ? Alors votre choix compte. Gardez la preuve.
alert-too-fast =
    Il y a eu trop d’essais.
    Attendez une minute.
    Puis essayez encore.
alert-unavailable =
    Le site ne marche pas en ce moment.
    Essayez encore dans quelques minutes.
    Votre code marche toujours.
alert-elsewhere =
    Ces réponses viennent d’un autre site.
    Répondez sur cette page.
other-ways =
    Vous n’avez pas de code ?
    Demandez un nouveau code sur ce site.
    Ou renvoyez le papier en bas de votre lettre.
    Ou appelez le numéro écrit sur votre lettre.

others-title = Vous voulez autre chose ?
new-code-title = Demander un nouveau code
new-code-lead =
    Vous n’avez pas reçu la lettre ?
    Vous avez perdu la lettre ?
    Nous vous envoyons un nouveau code.
    Il arrive à l’adresse que connaît votre assurance maladie.
    Votre ancien code marche toujours.
new-code-ways =
    Vous pouvez aussi renvoyer le papier en bas de votre lettre.
    Ou appeler le numéro écrit sur votre lettre.
new-code-by = Comment voulez-vous recevoir le code ?
new-code-by-post = Par lettre
new-code-by-email = Par e-mail, si l’assurance maladie a votre adresse e-mail. Sinon, par lettre.
new-code-by-sms = Par SMS, si l’assurance maladie a votre numéro de portable. Sinon, par lettre.
new-code-send = Je demande un nouveau code
new-code-done-title = Nous avons votre demande
new-code-done =
    Si vos réponses sont justes, un nouveau code part vers vous.
    Il arrive par lettre.
    Ou par e-mail ou SMS, si vous l’avez demandé.
    Nous envoyons au plus un code par semaine.
new-code-after =
    Cette page répond la même chose à tout le monde.
    C’est pour protéger chacun.
back-title = Changer d’avis
back-lead =
    Vous avez dit non, et vous changez d’avis ?
    Ou quelqu’un a dit non à votre place ?
    Prenez la lettre qui dit que votre choix est enregistré.
    Elle contient un code pour annuler.
    Ce code marche pendant 30 jours.
back-effect =
    Votre choix est annulé tout de suite.
    Vous recevez une preuve tout de suite.
back-code = Le code pour annuler
back-code-hint =
    Le code a 13 lettres et chiffres.
    Vous pouvez l’écrire sans les tirets.
back-send = J’annule
alert-back-not-matched =
    Ces 3 réponses ne vont pas ensemble.
    Ou ce code ne marche plus.
    Regardez votre lettre et essayez encore.
back-done-title = C’est annulé
back-done-effect =
    Vous ne dites plus non.
    Votre espace santé redevient comme avant.
    Ou il sera créé plus tard.
back-done-after-title = Vous changez encore d’avis ?
back-done-after =
    Vous pouvez dire non quand vous voulez.
    Demandez un nouveau code.

privacy-title = Ce que nous faisons de vos réponses
privacy =
    Vos réponses servent à savoir qui vous êtes.
    Elles ne servent à rien d’autre.

done-title = Vous avez dit non
done-effect =
    Votre choix compte maintenant.
    Personne ne peut lire un espace santé à votre nom.
receipt-title = Votre preuve
receipt-number = Le numéro
receipt-time = Le jour et l’heure (UTC)
receipt-keep =
    Gardez cette preuve.
    Vous pouvez l’enregistrer ou l’imprimer.
    Vous pouvez aussi noter le numéro.
receipt-print = Enregistrer la preuve (PDF)
receipt-print-file = preuve.pdf
receipt-download = Enregistrer la preuve (texte)
receipt-file = preuve.txt
receipt-proof = Voir le texte de la preuve
receipt-proof-hint =
    Ce texte prouve que votre choix est enregistré.
    Tout le monde peut le vérifier.
done-after-title = Vous changez d’avis ?
done-after =
    Une lettre arrive chez vous.
    Elle contient un code pour annuler.
    Ce code marche pendant 30 jours.
    Plus tard, vous pourrez encore demander un espace santé.

# À quoi l’on dit non
choose-legend = À quoi dites-vous non ?
choose-space = À tout l’espace santé
choose-research = Aux chercheurs
choose-project = À une seule recherche
choose-professional = À un professionnel qui écrit dans mon dossier
choose-structure = À un hôpital, un cabinet ou une pharmacie qui écrit dans mon dossier
choose-whom = Le numéro
choose-whom-hint =
    Remplissez seulement pour un professionnel, un hôpital ou une recherche.
    Le numéro RPPS d’un professionnel a 11 chiffres.
    Le numéro FINESS d’un hôpital a 9 chiffres.
    Pour une recherche, écrivez son nom court.
    Sinon, n’écrivez rien.
choose-fault =
    Regardez le numéro.
    Il y a sans doute une erreur.
said-feeding-title = Votre choix est enregistré
said-feeding-effect =
    Votre choix compte tout de suite.
    Il ne peut plus rien écrire dans votre dossier.
    Ce qui est déjà écrit reste.
    Vous gardez votre espace santé.
said-feeding-after-title = Vous changez d’avis ?
said-feeding-after =
    Vous recevez une lettre avec un code.
    Ce code annule votre choix.
    Il marche pendant 30 jours.
said-research-title = Votre choix est enregistré
said-research-effect =
    Votre choix compte tout de suite.
    Les chercheurs ne reçoivent plus vos données.
    Les résultats déjà publiés restent.
    Personne ne peut vous y reconnaître.
    Vous gardez votre espace santé.
said-research-after-title = Vous changez d’avis ?
said-research-after =
    Vous recevez une lettre avec un code.
    Ce code annule votre choix.
    Il marche pendant 30 jours.
said-back-title = Votre choix est annulé
said-back-effect =
    Cela compte tout de suite.
    Vos autres choix restent.
said-back-after-title = Vous changez encore d’avis ?
said-back-after =
    Vous pouvez dire non quand vous voulez.
    Demandez un nouveau code.

# Ouvrir son espace
activation-title = Ouvrir mon espace santé
activation-lead =
    Vous pouvez ouvrir votre espace santé.
    Alors vous lisez vos documents.
    Vous choisissez qui peut les lire.
    Vous voyez qui les a lus.
    Avant, vous prouvez que c’est vous.
activation-number = Votre numéro nous dit quel espace est le vôtre.
activation-send = J’ouvre mon espace
activation-known-title = Vous avez déjà un compte ici ?
activation-known-before =
    Connectez-vous d’abord avec ce compte.
    Puis revenez sur cette page.
activation-known =
    Vous avez déjà un compte ici.
    Connectez-vous avec ce compte.
activation-known-lost =
    Vous ne pouvez plus vous connecter ?
    Appelez le numéro écrit sur votre lettre.
activation-of-another =
    Cette preuve appartient déjà à un autre compte.
    Appelez le numéro écrit sur votre lettre.
activation-minor =
    Vous avez moins de 18 ans ?
    Vos parents ouvrent votre espace.
    Le jour de vos 18 ans, vous pouvez l’ouvrir ici.
activation-ended =
    Cet espace est fermé ou effacé.
    Appelez le numéro écrit sur votre lettre.
activation-opposed = Vous avez dit non à l’espace santé le { $day }.
activation-back =
    Pour ouvrir votre espace, annulez d’abord ce choix.
    Les personnes que vous aviez choisies pourront le lire.
activation-back-send = J’annule et j’ouvre mon espace
activation-back-not = Je ne change rien
activation-opposes =
    Vous avez dit non à l’espace santé.
    Annulez d’abord ce choix.
    Le code pour annuler est dans la lettre qui dit que votre choix est enregistré.

by-code-title = Avec le code de ma lettre et un message
by-code-what =
    Il faut 2 codes.
    Le premier code est dans votre lettre.
    Le deuxième code arrive par message.
by-code-way = J’ouvre avec le code de ma lettre
by-code-lead =
    Le code de la lettre ne suffit pas.
    Nous envoyons un deuxième code par message.
    Le code de la lettre marche encore pour dire non.
by-code-by = Comment voulez-vous recevoir le deuxième code ?
by-code-by-email = Par e-mail. Ou par SMS, si nous n’avons pas votre adresse e-mail.
by-code-by-sms = Par SMS. Ou par e-mail, si nous n’avons pas votre numéro de portable.
by-code-send = Je demande le deuxième code
second-title = Le code du message
second-lead =
    Si vos réponses sont justes, un message part maintenant.
    Il contient un code de 8 chiffres.
    Ce code marche pendant 10 minutes.
second-lead-again =
    Prenez le dernier message que vous avez reçu.
    Nous n’avons pas envoyé d’autre message.
second-vouched =
    Un agent a vu votre carte d’identité ?
    Alors n’écrivez rien ici et continuez.
second-code = Le code du message
second-code-hint = Le code a 8 chiffres.
second-send = Je continue
second-none-title = Vous n’avez rien reçu ?
second-none =
    Regardez dans les messages indésirables.
    Attendez une minute, puis demandez un autre message.
    Vous pouvez demander 5 messages par jour.
    Ou appelez le numéro écrit sur votre lettre.
second-again = Je demande un autre message
alert-second-not =
    Ces codes ne vont pas ensemble.
    Ou le code du message ne marche plus.
    Regardez les codes, ou demandez un autre message.
alert-activation-unavailable =
    Le site ne marche pas en ce moment.
    Essayez encore dans quelques minutes.
alert-shown-over =
    Vous avez prouvé votre identité il y a plus de 10 minutes.
    Prouvez-la encore une fois.
alert-shown-not-matched =
    Ce numéro n’est pas le vôtre.
    Regardez votre carte Vitale.
    Votre nom a changé ? Appelez le numéro écrit sur votre lettre.
shown-who = { $provider } dit que vous êtes : { $name }.
shown-no-provider = Vous ne pouvez pas encore prouver votre identité sur ce site.
activation-done-title = Votre espace santé est ouvert
activation-done = Vous êtes connecté.
activation-letter =
    Une lettre arrive chez vous.
    Elle dit que votre espace est ouvert.
activation-enter = J’entre dans mon espace
activation-receipt-proof = La preuve est dans votre espace, à la page « Qui a ouvert mon dossier ».
