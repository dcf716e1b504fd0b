# Français facile à lire et à comprendre (FALC) : des phrases courtes, une idée par ligne.
language-tag = fr

month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
first-day = 1er
date = { $day } { $month } { $year }
moment = { $date } à { $time } ({ $zone })
written = Le { $date }
page = Page { $page } sur { $pages }
fact = { $name } : { $value }
reply = { $sender } · { $site } · { $telephone }

hello = Bonjour,
signed = { $sender }
other-language = To read this letter in English: { $site } or { $telephone }.

announcement-title = Votre espace santé : vous choisissez
announcement-what =
    Un espace santé est un dossier sur internet.
    Il contient vos papiers de santé.
    Il est gratuit.
    Vous choisissez qui peut le lire.
announcement-choice =
    Vous pouvez dire oui ou non.
    Vous avez jusqu’au <<{ $until }>> pour dire non.
    Si vous ne dites rien, nous créons votre espace.
announcement-right =
    Vous avez le droit de dire non.
    Vos soins et vos remboursements ne changent pas.
announcement-how = La page 2 vous explique quoi faire.
code-label = Votre code pour dire non
code-hint = Ce code sert seulement à dire non.
code-expires = Le code marche jusqu’au { $until }.
qr-caption = Page pour dire non
qr-alternative = Code QR pour aller sur la page pour dire non : { $url }

ways-title = Pour dire non : 4 façons
ways =
    <<Sur internet, avec le code.>>
    Allez sur { $url }
    Écrivez votre numéro de sécurité sociale, votre date de naissance et le code.

    <<Sur internet, sans le code.>>
    Allez sur la même page. Elle vous explique.

    <<Par téléphone.>>
    Appelez le { $telephone }
    C’est ouvert { $hours }.

    <<Par courrier.>>
    Remplissez le papier en bas de cette page.
    Découpez-le. Envoyez-le.
way-without-slip = 
    <<Par courrier.>>
    Écrivez : je ne veux pas d’espace santé.
    Écrivez votre nom, votre date de naissance, votre numéro de sécurité sociale et la date.
    Signez.
    Envoyez à : { $address }

activate-title = Pour dire oui
activate =
    Allez sur { $site }
    Vous devez prouver qui vous êtes.
change-title = Vous changez d’avis ?
change = Vous pouvez changer d’avis quand vous voulez.
law = La loi vous donne ces droits : code de la santé publique, article L. 1111-13-1.

slip-cut = À découper et à envoyer
slip-title = Je dis non à l’espace santé
slip-say = Je ne veux pas d’espace santé.
slip-code = Code
slip-name = Nom et prénoms
slip-birth = Date de naissance
slip-number = Numéro de sécurité sociale
slip-date = Date et signature
slip-to = À envoyer à

new-code-title = Votre nouveau code
new-code-what =
    Vous avez demandé un nouveau code.
    Ce code sert à dire non à l’espace santé.
    Votre ancien code marche toujours.
new-code-how =
    Pour dire non, allez sur { $url }
    Ou appelez le { $telephone }, { $hours }.
new-code-not-you =
    Vous n’avez pas demandé de code ?
    Ne faites rien. Rien ne change.
    Vous pouvez nous appeler : { $telephone }.

confirmation-title = Vous avez dit non
confirmation-what =
    Vous avez dit non à l’espace santé.
    Votre choix est enregistré.
    Personne ne peut lire un espace santé à votre nom.
confirmation-professional =
    Vous avez dit non à un professionnel.
    Son numéro RPPS est : <<{ $name }>>
    Il ne peut plus rien écrire dans votre dossier.
    Ce qu’il a déjà écrit reste.
    Vous gardez votre espace santé.
confirmation-structure =
    Vous avez dit non à un lieu de soins.
    Son numéro FINESS est : <<{ $name }>>
    Il ne peut plus rien écrire dans votre dossier.
    Ce qui est déjà écrit reste.
    Vous gardez votre espace santé.
confirmation-research =
    Vous avez dit non à la recherche.
    Vos données ne servent plus aux chercheurs.
    Les résultats déjà publiés restent :
    personne ne peut vous y reconnaître.
    Vous gardez votre espace santé.
confirmation-project =
    Vous avez dit non à une recherche.
    Elle s’appelle : <<{ $name }>>
    Vos données ne servent plus à cette recherche.
    Les résultats déjà publiés restent :
    personne ne peut vous y reconnaître.
    Vous gardez votre espace santé.
receipt-number = Numéro du reçu
receipt-time = Date et heure
reversal-title = Ce n’était pas vous ? Vous changez d’avis ?
reversal =
    Voici un autre code.
    Il annule votre choix.
    Il marche jusqu’au { $until }.
    Allez sur { $url }
    Ou appelez le { $telephone }, { $hours }.
reversal-label = Votre code pour annuler
reversal-hint =
    Gardez cette lettre.
    Ne donnez ce code à personne.
reversal-by-post =
    Vous allez recevoir une lettre.
    Elle contient un code pour annuler votre choix.
    Nous n’envoyons pas ce code par mail.

receipt-title = Votre reçu
receipt-what =
    Vous avez dit non à l’espace santé.
    Ce papier le prouve.
    Gardez-le.
receipt-back-title = Votre preuve : c’est annulé
receipt-back-what =
    Vous ne dites plus non à l’espace santé.
    Ce papier le prouve.
    Gardez-le.
receipt-refused-title = La preuve de votre refus
receipt-refused-what =
    Vous avez dit non.
    Ce papier le prouve.
    Gardez-le.
receipt-allowed-title = La preuve : vous dites oui
receipt-allowed-what =
    Vous ne dites plus non.
    Ce papier le prouve.
    Gardez-le.
proof-title = La preuve
proof-what =
    Votre choix est écrit dans un registre.
    Tout le monde peut vérifier ce registre.

created-title = Votre espace santé est créé
created-what =
    Vous avez un espace santé.
    Il existe depuis le { $date }.
created-how =
    Pour l’utiliser, allez sur { $site }
    Vous devez prouver qui vous êtes.
    Ensuite vous choisissez qui peut le lire.
created-refuse =
    Vous n’en voulez pas ?
    Vous pouvez le fermer quand vous voulez.
    Allez sur { $url }
    Ou appelez le { $telephone }, { $hours }.

activated-title = Votre espace santé est activé
activated-what = Votre espace santé est activé depuis le { $at }. Une personne a prouvé qu’elle est vous. Elle peut ouvrir votre espace.
activated-then = C’était vous ? Alors vous n’avez rien à faire.
activated-not-you-title = Ce n’était pas vous ?
activated-not-you = Appelez tout de suite le { $telephone }, { $hours }. Nous bloquons la personne qui a pris votre place.
activated-refuse = Vous pouvez aussi dire non sur { $url }. Alors plus personne ne peut lire votre espace.

activated-child-title = L’espace santé de l’enfant est activé
activated-child-what = L’espace santé de l’enfant est activé depuis le { $at }. Un parent a prouvé qui il est. Il peut ouvrir cet espace.
activated-child-then = Chaque parent peut le faire. Cela finit le jour des 18 ans de l’enfant.
activated-child-not-you-title = Ce n’était pas un parent ?
activated-child-refuse = Vous pouvez aussi dire non pour l’enfant sur { $url }. Alors plus personne ne peut lire cet espace.

closed-title = Votre espace santé est fermé
closed-what =
    Votre espace santé est fermé.
    Il est fermé depuis le { $date }.
    Personne ne peut plus le lire.
closed-then =
    Nous devons garder vos papiers 10 ans.
    Ils sont enfermés.
    Ensuite ils sont effacés.
    Avant, vous pouvez demander de rouvrir votre espace.
closed-how =
    Une question ? Ce n’était pas vous ?
    Appelez le { $telephone }, { $hours }.

erasure-title = Votre espace santé va être effacé
erasure-what =
    Nous allons effacer votre espace santé.
    Ce sera le { $date }.
    Après, personne ne pourra le lire.
erasure-keep =
    Vous voulez garder vos papiers ?
    Téléchargez-les avant cette date.
    Allez sur { $site }
erasure-stop =
    Vous n’avez pas demandé cela ? Vous changez d’avis ?
    Appelez avant cette date le { $telephone }, { $hours }.

erased-title = Votre espace santé est effacé
erased-what =
    Nous avons effacé votre espace santé.
    C’était le { $at }.
    Personne ne peut plus le lire.
erased-trail =
    Une liste dit qui a lu votre espace.
    Nous devons la garder un temps, enfermée.
    Ensuite elle est effacée.
erased-proof =
    C’est écrit dans un registre.
    Gardez ces lignes.
    Tout le monde peut vérifier avec elles.

of-age-title = Vous avez 18 ans
of-age-what =
    Vous avez 18 ans.
    Maintenant vous décidez seul pour votre espace santé.
    Vos parents ne le lisent plus.
of-age-how =
    Pour le lire, allez sur { $site }
    Vous devez prouver qui vous êtes.
of-age-refuse =
    Vous n’en voulez pas ?
    Allez sur { $url }
    Vous devez écrire votre code.
    Ou appelez le { $telephone }, { $hours }.
of-age-opposed =
    Quelqu’un a dit non pour vous.
    Vous n’avez pas d’espace santé.
    Vous en voulez un ? Il faut annuler ce non.
