# Closing one's space.

nav-close = Close my space
nav-close-other = Close the space

close-title = Close my space
close-title-other = Close the space
close-title-done = Space closed
close-lead = You can close your space whenever you like, and need not say why. Nobody reads it or adds to it any more, nor do you.
close-lead-other = You can close this space for the person, and need not say why. Nobody reads it or adds to it any more, nor does the person.
close-kept = The law asks us to keep its content for ten years. Its keys go to several custodians, none of whom can open it alone. After ten years they are destroyed.
close-back = Until then you can ask for it to be opened again, or erased at once. To keep your documents, take them with you before you close.
close-back-other = Until then you can ask for it to be opened again, or erased at once. To keep the documents, take them with you before you close.
close-proof = Take along the proof of who opened it
close-at-once = It is closed at once.
close-send = Close my space now
close-send-other = Close this space now
close-done = The space is closed.
close-until = It can be opened again, if you ask for it, until { $until }. Then its keys are destroyed.
close-until-other = It can be opened again, if the person asks for it, until { $until }. Then its keys are destroyed.
close-letter = A letter confirms it, to the address that the health insurance knows.
rule-holder-closes = you close your space whenever you want
rule-holder-closes-other = the person closes the space at any time
rule-legal-representative-closes = parents and guardians close the person’s space
rule-software-tells-births = a maternity ward tells of a birth, and learns nothing
