# Closing one's space.

nav-close = Fermer mon espace
nav-close-other = Fermer l’espace

close-title = Fermer mon espace
close-title-other = Fermer l’espace
close-title-done = Espace fermé
close-lead = Vous pouvez fermer votre espace quand vous voulez, sans dire pourquoi. Plus personne ne le lit ni ne l’alimente, vous non plus.
close-lead-other = Vous pouvez fermer cet espace au nom de la personne, sans dire pourquoi. Plus personne ne le lit ni ne l’alimente, elle non plus.
close-kept = La loi demande de garder son contenu dix ans. Ses clés sont remises à plusieurs dépositaires, dont aucun ne peut l’ouvrir seul. Au bout de dix ans elles sont détruites.
close-back = Pendant ce temps, vous pouvez demander qu’il soit rouvert, ou effacé tout de suite. Pour garder vos documents, emportez-les avant de fermer.
close-back-other = Pendant ce temps, vous pouvez demander qu’il soit rouvert, ou effacé tout de suite. Pour garder les documents, emportez-les avant de fermer.
close-proof = Emporter la preuve de qui l’a ouvert
close-at-once = La fermeture prend effet tout de suite.
close-send = Fermer mon espace maintenant
close-send-other = Fermer cet espace maintenant
close-done = L’espace est fermé.
close-until = Il peut être rouvert à votre demande jusqu’au { $until }. Ensuite ses clés sont détruites.
close-until-other = Il peut être rouvert à la demande de la personne jusqu’au { $until }. Ensuite ses clés sont détruites.
close-letter = Un courrier le confirme, à l’adresse connue de l’assurance maladie.
rule-holder-closes = vous fermez votre espace quand vous voulez
rule-holder-closes-other = la personne ferme son espace quand elle veut
rule-legal-representative-closes = les parents et les tuteurs ferment l’espace de la personne
rule-software-tells-births = une maternité annonce une naissance, et n’apprend rien
