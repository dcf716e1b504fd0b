
# Activating one’s space, opposing by proving who one is, and seeing how far it is
home-activate = Activate my health space
nav-space = My space: how far it is, opposing

shown-who = { $provider } identified you: { $name }.
shown-no-provider = This service does not offer proving your identity online yet.
alert-shown-over = More than ten minutes have passed since you proved your identity. Prove it again.
alert-shown-not-matched = This number is not that of the person who was identified. Check it on your health insurance card. If your name or date of birth changed, or if you are not of age, call the number on your letter.
alert-activation-unavailable = The service does not answer at this moment. Try again in a few minutes.

activation-title = Activate my health space
activation-lead = To activate your space is to have access to it: to read your documents, to choose who may read them, to see who read them. So that nobody does it in your place, you first prove who you are.
activation-number = Your social security number tells us which space is yours.
activation-send = Activate my space
activation-known-title = Do you have an account here already?
activation-known-before = Sign in with it first, then come back here: this identity will be linked to your account.
activation-known = You have an account here already. Sign in with it: this identity will then be linked to it, and you can use it next time.
activation-known-lost = You can no longer sign in with it? Call the number on your letter: nobody else can open a second account in your name.
activation-linked-title = Your identity is linked to your account
activation-linked = Next time you can sign in with it.
activation-of-another = This identity is linked to another account already. Call the number on your letter.
activation-minor = Before the age of 18, parents activate the health space. On the day you are 18 you can activate it here.
activation-ended = This space was closed or erased. Call the number on your letter to learn what is possible.
activation-opposed = You have opposed your health space since { $day }.
activation-back = To activate it, this opposition must be taken back first. Those whom you authorised will be able to read your space again.
activation-back-send = Take my opposition back and activate my space
activation-back-not = Change nothing
activation-opposes = You oppose your health space. First take that opposition back, with the code of the letter that confirmed it or by proving who you are.

by-code-title = With the code of my letter and a message
by-code-what = Without an online identity two proofs are needed: the code of the letter that came by post, and a second code, sent by message to the contact details that your health insurance knows.
by-code-way = Activate with the code of my letter
by-code-lead = The code of your letter is not enough to open your space: we also send a code, by message, to the contact details that your health insurance knows. The code of the letter will still let you oppose.
by-code-by = By which way should the second code come?
by-code-by-email = By e-mail; by text message where no address is known
by-code-by-sms = By text message; by e-mail where no mobile number is known
by-code-send = Get the second code
second-title = The code that came by message
second-lead = If what you typed belongs together, and if your health insurance knows your contact details, a message with a code of 8 digits is leaving now. It is good for ten minutes.
second-lead-again = The last message that came counts. No other has left.
second-code = Code that came by message
second-code-hint = 8 digits. Spaces do not count.
second-send = Continue
second-none-title = Did nothing come?
second-none = Look among unwanted mail. A new message can leave after a minute, five times a day at most. A code that came by message does not replace that of the letter. Where no contact details are known, prove your identity online, or call the number on your letter.
second-again = Send a new message
alert-second-not = These codes do not belong together, or that of the message was used, was mistyped five times or is older than ten minutes. Check them, or ask for a new message.

activation-done-title = Your health space is activated
activation-done = You are signed in.
activation-letter = A letter goes to your address: it says that your space was activated, and what to do if it was not you.
activation-enter = Open my space
activation-receipt-proof = The proof in the log is in your space, on the page “Who opened my record”.

identity-title = Oppose by proving who you are
identity-lead = Without a code or an account: you prove your identity, then you give your social security number. Nothing is made in your name.
identity-by-code = Oppose with the code of my letter

space-title = My space
space-activated = You activated your health space on { $day }.
space-created = Your health space has existed since { $day }.
space-closed = Your health space has been closed since { $day }.
space-none = There is no health space in your name.
space-elsewhere = Your health space exists. We can’t tell here whether you oppose it: both buttons work.
space-opposed = You have opposed your space since { $day }. Nobody can read it or add to it. You only see who wanted to open it.
space-oppose-title = Saying no
space-oppose-text = You can oppose your space at any time, without giving a reason. It holds at once: nobody can read it or add to it any more. You get a receipt, and you can change your mind.
space-oppose = Oppose now
space-back-title = Changing your mind
space-back-text = Taking the opposition back makes your space what it was: those whom you authorised can read it again.
space-back = Take my opposition back

# An agent at a counter saw an identity document
nav-vouch = I saw an identity document
vouch-title = I saw an identity document
vouch-lead = A person without an online identity or an e-mail address on record shows you an identity document. Your word stands in the place of the second code: for 30 days the person can activate the space with the code of the letter. Do not ask for that code, nor look at it. Your agent’s number is written down.
vouch-seen-legend = What you checked
vouch-seen = The person is in front of me, the identity document is valid, and the photograph is of this person.
fault-seen = Tick this box if it is true: without it nothing is written down.
vouch-send = Write it down
vouch-done-title = It is written down
vouch-done = If this is an insured person, the space can be activated for 30 days, with the code of the letter.
vouch-after = To protect everybody, this page always answers the same: it does not tell whether a person is insured.
vouch-next = Another person
second-vouched = Did an agent see your identity document at a counter? Leave this field empty and continue.
