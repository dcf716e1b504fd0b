# Une ligne d’un texte est une ligne sur le papier. Une ligne vide sépare les points d’une liste. << >> : en gras.
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

hello = Madame, Monsieur,
signed = { $sender }
other-language = To read this letter in English, ask for it on { $site } or by telephone: { $telephone }.

announcement-title = Votre espace santé : vous avez le choix
announcement-what = L’espace santé est un dossier en ligne gratuit. Il réunit vos ordonnances, vos résultats d’examens, vos vaccinations et les documents que vos soignants y déposent. Vous décidez qui peut le lire, et chaque lecture est inscrite dans un registre que vous pouvez consulter.
announcement-choice = Vous avez jusqu’au <<{ $until }>> pour dire non. Sans réponse de votre part, votre espace sera créé après cette date.
announcement-right = Refuser est votre droit. Vous n’avez aucune raison à donner. Vos soins et vos remboursements ne changent pas.
announcement-how = La page suivante explique comment vous opposer ou activer votre espace.
code-label = Votre code pour vous opposer
code-hint = Ce code sert seulement à dire non. Il n’ouvre aucun dossier et ne sert qu’une fois.
code-expires = Valable jusqu’au { $until }.
qr-caption = Page d’opposition
qr-alternative = Code QR qui mène à la page d’opposition : { $url }

ways-title = Pour vous opposer : quatre façons
ways =
    <<Sur internet, avec votre code.>> Allez sur { $url }. Indiquez votre numéro de sécurité sociale, votre date de naissance et le code. Votre reçu s’affiche aussitôt.

    <<Sur internet, sans code.>> Sur la même page, prouvez votre identité en ligne, ou demandez un nouveau code.

    <<Par téléphone.>> Appelez le { $telephone }, { $hours }.

    <<Par courrier.>> Remplissez le talon au bas de cette page, découpez-le et envoyez-le à l’adresse qui y figure.
way-without-slip = <<Par courrier.>> Écrivez « Je m’oppose à la création de mon espace santé », avec vos nom, prénoms, date de naissance et numéro de sécurité sociale, datez et signez. À envoyer à : { $address }.
activate-title = Pour activer votre espace
activate = Allez sur { $site } et prouvez votre identité en ligne. Personne ne peut ouvrir votre espace avec le code de cette lettre.
change-title = Si vous changez d’avis
change = Vous pouvez vous opposer, fermer votre espace ou le demander à tout moment, avant comme après le { $until }.
law = Vos droits sont fixés par les articles L. 1111-13-1 et suivants du code de la santé publique et par le règlement général sur la protection des données, article 21.

slip-cut = À découper et à envoyer par courrier
slip-title = Opposition à l’espace santé
slip-say = Je m’oppose à la création de mon espace santé.
slip-code = Code
slip-name = Nom et prénoms
slip-birth = Date de naissance
slip-number = Numéro de sécurité sociale
slip-date = Date et signature
slip-to = À envoyer à

new-code-title = Votre nouveau code
new-code-what = Vous avez demandé un nouveau code pour vous opposer à votre espace santé. Le voici. Le code que vous aviez reste valable.
new-code-how = Allez sur { $url }. Indiquez votre numéro de sécurité sociale, votre date de naissance et ce code. Vous pouvez aussi appeler le { $telephone }, { $hours }.
new-code-not-you = Vous n’avez rien demandé ? Alors ne faites rien : sans vous, ce code ne change rien. Prévenez-nous au { $telephone }.

confirmation-title = Votre opposition est enregistrée
confirmation-what = Nous avons enregistré votre opposition à l’espace santé. Elle est valable depuis la date ci-dessous. Personne ne peut lire ni alimenter un espace à votre nom.
confirmation-professional = Nous avons enregistré votre opposition : le professionnel de numéro RPPS <<{ $name }>> ne peut plus rien ajouter à votre dossier. Elle est valable depuis la date ci-dessous. Ce qu’il a déjà écrit reste. Votre espace santé n’est pas refusé.
confirmation-structure = Nous avons enregistré votre opposition : la structure de numéro FINESS <<{ $name }>> ne peut plus rien ajouter à votre dossier. Elle est valable depuis la date ci-dessous. Ce qui est déjà écrit reste. Votre espace santé n’est pas refusé.
confirmation-research = Nous avons enregistré votre opposition à la recherche. Elle est valable depuis la date ci-dessous. Vos données ne serviront plus à aucune recherche. Ce qui a déjà été publié sous forme de chiffres d’ensemble ne peut pas être repris. Votre espace santé n’est pas refusé.
confirmation-project = Nous avons enregistré votre opposition au projet de recherche <<{ $name }>>. Elle est valable depuis la date ci-dessous. Vos données ne lui serviront plus. Ce qui a déjà été publié sous forme de chiffres d’ensemble ne peut pas être repris. Votre espace santé n’est pas refusé.
receipt-number = Numéro du reçu
receipt-time = Date et heure
reversal-title = Si ce n’était pas vous, ou si vous changez d’avis
reversal = Ce second code annule l’opposition. Il est valable jusqu’au { $until }. Allez sur { $url }, ou appelez le { $telephone }, { $hours }. Après cette date, vous pourrez toujours demander votre espace en prouvant votre identité.
reversal-label = Votre code pour annuler l’opposition
reversal-hint = Gardez cette lettre. Ne donnez ce code à personne.
reversal-by-post = Vous recevez par courrier une lettre avec un code, qui permet d’annuler l’opposition. Nous n’envoyons pas ce code par courrier électronique.

receipt-title = Reçu de votre opposition
receipt-what = Ce reçu prouve que votre opposition est enregistrée. Gardez-le. Il ne contient aucune information sur votre santé.
receipt-back-title = Reçu : votre opposition est annulée
receipt-back-what = Ce reçu prouve que votre opposition à l’espace santé ne vaut plus. Gardez-le. Il ne contient aucune information sur votre santé.
receipt-refused-title = Reçu de votre refus
receipt-refused-what = Ce reçu prouve que votre refus est enregistré. Gardez-le. Il ne contient aucune information sur votre santé.
receipt-allowed-title = Reçu : votre refus est levé
receipt-allowed-what = Ce reçu prouve que votre refus ne vaut plus. Gardez-le. Il ne contient aucune information sur votre santé.
proof-title = Preuve dans le registre
proof-what = Votre choix est inscrit au registre public des accès. Ce texte dit à quelle place et dans quel état signé du registre. Avec la clé publique du registre, tout le monde peut le vérifier sans nous.

created-title = Votre espace santé est créé
created-what = Votre espace santé existe depuis le { $date }. Vous ne vous y êtes pas opposé avant la date limite, ou vous l’avez demandé.
created-how = Pour l’activer, allez sur { $site } et prouvez votre identité en ligne. Vous choisissez alors qui peut le lire.
created-refuse = Vous n’en voulez pas ? Vous pouvez le fermer à tout moment, sur { $url } ou au { $telephone }, { $hours }.

activated-title = Votre espace santé est activé
activated-what = Votre espace santé a été activé le { $at } : une personne a prouvé qu’elle était vous, et un compte y donne accès.
activated-then = C’était vous ? Alors vous n’avez rien à faire. Dans votre espace, vous choisissez qui peut le lire, et vous voyez qui l’a ouvert.
activated-not-you-title = Ce n’était pas vous ?
activated-not-you = Appelez tout de suite le { $telephone }, { $hours }. Nous fermons ce compte, et nous vous disons ce qui a été ouvert.
activated-refuse = Sans attendre, vous pouvez aussi vous opposer sur { $url } : plus personne ne peut alors lire votre espace.

activated-child-title = L’espace santé de l’enfant est activé
activated-child-what = L’espace santé de l’enfant a été activé le { $at } : un parent que connaît l’assurance maladie a prouvé son identité, et son compte y donne accès.
activated-child-then = Chaque parent peut le faire avec son propre compte. Cet accès prend fin le jour des 18 ans de l’enfant.
activated-child-not-you-title = Ce n’était pas un parent ?
activated-child-refuse = Sans attendre, vous pouvez aussi vous opposer au nom de l’enfant sur { $url } : plus personne ne peut alors lire cet espace.

closed-title = Votre espace santé est fermé
closed-what = Votre espace santé est fermé depuis le { $date }. Plus personne ne peut le lire ni l’alimenter.
closed-then = La loi demande de garder son contenu dix ans, scellé. Ensuite il est effacé. Pendant ce temps, vous pouvez demander qu’il soit rouvert.
closed-how = Une question, ou ce n’était pas vous ? Appelez le { $telephone }, { $hours }.

erasure-title = Votre espace santé va être effacé
erasure-what = Le { $date }, les clés de votre espace santé seront détruites. Après cela, personne ne pourra plus jamais lire son contenu, nous non plus.
erasure-keep = Vous voulez garder vos documents ? Téléchargez-les avant cette date sur { $site }.
erasure-stop = Vous ne l’avez pas demandé, ou vous changez d’avis ? Appelez avant cette date le { $telephone }, { $hours }.

erased-title = Votre espace santé est effacé
erased-what = Le { $at }, les clés de votre espace santé ont été détruites. Plus personne ne peut lire son contenu, nous non plus.
erased-trail = La liste de ceux qui l’avaient ouvert reste scellée pendant le temps que la loi demande, puis elle est détruite aussi.
erased-proof = La destruction est écrite dans un registre public, avec son heure. Gardez ces lignes : elles permettent à chacun de le vérifier, sans nous.

of-age-title = Vous avez 18 ans : vous décidez seul de votre espace santé
of-age-what = Depuis vos 18 ans, vous décidez seul de votre espace santé. L’accès de vos parents a pris fin ce jour-là.
of-age-how = Pour l’ouvrir, allez sur { $site } et prouvez votre identité en ligne. Vous choisissez alors qui peut le lire.
of-age-refuse = Vous n’en voulez pas ? Allez sur { $url } avec votre numéro de sécurité sociale, votre date de naissance et ce code. Vous pouvez aussi appeler le { $telephone }, { $hours }.
of-age-opposed = Une opposition a été faite en votre nom. Elle tient tant que vous ne dites rien. Pour avoir un espace santé, il faut l’annuler.
