site = Espace santé
skip = Aller au contenu

opposition-title = S’opposer à son espace santé
opposition-lead = Vous pouvez refuser votre espace santé. C’est votre droit. Vous n’avez aucune raison à donner, et vos soins et vos remboursements ne changent pas.
opposition-effect = Votre opposition prend effet dès que vous l’envoyez, et vous recevez aussitôt un reçu.
opposition-ins = Numéro de sécurité sociale
opposition-ins-hint = 13 ou 15 caractères, comme sur votre carte Vitale ou votre courrier.
opposition-birth-date = Date de naissance
opposition-birth-date-hint = Jour, mois, année. Par exemple : 05/12/1963
opposition-code = Code de votre courrier
opposition-code-hint = 13 caractères. Les tirets et les minuscules ne comptent pas.
opposition-send = M’opposer

fault-ins = Vérifiez le numéro de sécurité sociale : il y a sans doute une faute de frappe.
fault-birth-date = Vérifiez la date de naissance : cette date n’existe pas, ou il manque le jour, le mois ou l’année.
fault-code = Vérifiez le code : il y a sans doute une faute de frappe.

alert-title = Rien n’a encore été enregistré
alert-typo = Corrigez ce qui suit, puis envoyez de nouveau.
alert-not-matched = Ces trois informations ne vont pas ensemble, ou ce code a déjà servi. Vérifiez-les sur votre courrier, puis essayez de nouveau. Si vous avez déjà reçu un reçu, votre opposition est valable : gardez-le.
alert-too-fast = Trop d’essais viennent de votre connexion. Attendez une minute, puis essayez de nouveau.
alert-unavailable = Le service ne répond pas en ce moment. Réessayez dans quelques minutes : votre code reste valable.
alert-elsewhere = Ce formulaire a été envoyé depuis un autre site. Remplissez-le ici.
other-ways = Sans code, vous pouvez en recevoir un nouveau par courrier sur ce site, renvoyer le talon de votre courrier, ou appeler le numéro qu’il indique.

others-title = Autre chose ?
new-code-title = Recevoir un nouveau code
new-code-lead = Votre courrier n’est pas arrivé, ou vous l’avez perdu ? Un nouveau code part à l’adresse que connaît votre assurance maladie. Il s’ajoute au code que vous aviez : celui-ci reste valable.
new-code-ways = Vous pouvez aussi renvoyer le talon de votre courrier, ou appeler le numéro qu’il indique.
new-code-send = Envoyer un nouveau code
new-code-done-title = Votre demande est enregistrée
new-code-done = Si ces informations sont celles d’une personne assurée, un nouveau code part à l’adresse connue de son assurance maladie, par la voie choisie ; par lettre si rien n’est connu pour cette voie. Pour la même personne, il part au plus un code par semaine.
new-code-after = Pour protéger chacun, cette page répond toujours la même chose : elle ne dit pas si une personne est assurée.
back-title = Annuler une opposition
back-lead = Vous avez changé d’avis, ou quelqu’un s’est opposé à votre place ? Le code de la lettre de confirmation annule l’opposition, pendant 30 jours.
back-effect = L’opposition cesse dès que vous l’envoyez, et vous recevez aussitôt un reçu.
back-code = Code de la lettre de confirmation
back-code-hint = 13 caractères. Les tirets et les minuscules ne comptent pas.
back-send = Annuler l’opposition
alert-back-not-matched = Ces trois informations ne vont pas ensemble, ou ce code ne vaut plus. Vérifiez-les sur la lettre de confirmation, puis essayez de nouveau.
back-done-title = L’opposition est annulée
back-done-effect = Elle ne vaut plus dès maintenant. Votre espace santé redevient ce qu’il était, ou sera créé à la fin du délai annoncé.
back-done-after-title = Et si vous changez encore d’avis ?
back-done-after = Vous pouvez vous opposer à tout moment : demandez un nouveau code.

privacy-title = Ce que nous faisons de vos réponses
privacy = Elles servent seulement à vous reconnaître. Cette page ne dépose aucun traceur.

done-title = Votre opposition est enregistrée
done-effect = Elle est valable dès maintenant. Aucun espace santé n’est ouvert à votre nom ; s’il en existait un, personne ne peut plus le lire ni l’alimenter.
receipt-title = Votre reçu
receipt-number = Numéro
receipt-time = Date et heure (UTC)
receipt-keep = Téléchargez ce reçu, imprimez cette page, ou notez le numéro. Le reçu ne contient aucune information sur vous.
receipt-print = Télécharger le reçu (PDF)
receipt-print-file = recu-opposition.pdf
receipt-download = Télécharger le reçu à vérifier (texte)
receipt-file = recu-opposition.txt
receipt-proof = Voir la preuve
receipt-proof-hint = Ce texte prouve que votre opposition est inscrite au registre public des accès. Il se vérifie sans nous, avec la clé publique du registre.
done-after-title = Et si vous changez d’avis ?
done-after = Une lettre de confirmation part à votre adresse. Pendant 30 jours, le code qu’elle porte annule cette opposition. Plus tard, vous pourrez demander votre espace santé à tout moment.
