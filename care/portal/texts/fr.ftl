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
other-ways = Vous pouvez aussi vous opposer à l’accueil de votre caisse d’assurance maladie, ou par courrier à votre caisse, sans ce code.

privacy-title = Ce que nous faisons de vos réponses
privacy = Elles servent seulement à vous reconnaître. Cette page ne dépose aucun traceur.

done-title = Votre opposition est enregistrée
done-effect = Elle est valable dès maintenant. Aucun espace santé n’est ouvert à votre nom ; s’il en existait un, personne ne peut plus le lire ni l’alimenter.
receipt-title = Votre reçu
receipt-number = Numéro
receipt-time = Date et heure (UTC)
receipt-keep = Téléchargez ce reçu, imprimez cette page, ou notez le numéro. Le reçu ne contient aucune information sur vous.
receipt-download = Télécharger le reçu
receipt-file = recu-opposition.txt
receipt-proof = Voir la preuve
receipt-proof-hint = Ce texte prouve que votre opposition est inscrite au registre public des accès. Il se vérifie sans nous, avec la clé publique du registre.
after-title = Et si vous changez d’avis ?
after = Vous pourrez demander votre espace santé plus tard, à l’accueil de votre caisse d’assurance maladie.
