
# The first page, and what every page shows
nav-home = Home
nav-account = My account
nav-out = Sign out
nav-label = Your space
home-title = Health space
home-lead = Your health space keeps your documents and health information. You alone decide who may read them.
home-signin = Sign in
home-oppose = Refuse a health space with the code of your letter
home-role = Act in another role
home-seen = Each opening of a record is shown to the person: your name, your structure, the time, and what you read.

# What is wrong
alert-nothing-done = Nothing was changed
alert-correct = Correct what follows, then send again.
stale-title = This form is no longer valid
stale-text = The page had been open for long, or the form came from another site. Go back to the page and fill it in again.
failure-title = The service does not answer
failure-text = Try again in a few minutes.

# Signing in
signin-title = Sign in
signin-lead = Choose how to prove that it is you.
signin-passkey-title = Without a password
signin-passkey-way = With a passkey
signin-password-title = With a password and a code
signin-send = Sign in
signin-refused = You are not signed in
signin-not = The login name, the password or the code does not fit. A code works once: if it was just used, wait for the next one.
signin-too-fast = Too many tries come from your connection. Wait a minute, then try again.
signin-too-many = Too many tries failed for this login name. Use a passkey, or try again tomorrow. From where you signed in before, you can go on.
signin-busy = Many people are signing in at this moment. Try again in an instant.
signin-over = Your session ended to protect you. Sign in again: you will be back on the page where you were.
signin-out = You are signed out. On a shared computer, close the browser too.
signin-closed = This account is no longer open.
signin-help-title = Does it not work?
signin-help = In place of the application’s code you may type a recovery code. If you lost everything, ask whoever gave you your invitation for a new one.
login = Login name
password = Password
code = Code of the application
code-hint = The 6 digits that your authenticator application shows.
passkey-title = Sign in with a passkey
passkey-lead = Your phone, your computer or your security key knows you, for example by your fingerprint or the device’s code. None of that is sent to us.
passkey-show = Use my passkey
passkey-failed = No passkey was shown. Try again, or sign in another way.
passkey-not = This passkey does not fit, or the page had been open for too long. Try again.
passkey-no-script = Passkeys need JavaScript, which your browser does not run. Sign in with a password and a code.
passkey-nowhere = Passkeys do not work at this address. Sign in with a password and a code.
passkey-else = Sign in with a password and a code

# The role
role-title = In which role do you act?
role-lead = Your account lets you act in several roles. Choose one; you can change it later.
role-legend = I act
role-send = Go on
role-none-chosen = Choose a role.
role-none = Your account has no role at the moment. Ask whoever invited you.
role-holder = For myself ({ $name })
role-representative = For a person whom I represent ({ $name })
role-professional = As a health professional ({ $name }, structure { $place })
role-support = In support, without seeing health data
role-operator = As an operator, without seeing health data
role-other = { $name }

# Proving it again
again-title = Confirm that it is you
again-lead = What you are about to do matters. Prove once more that it is you: this holds for five minutes.
again-send = Confirm

# The invitation
enrol-title = Choose how to sign in
enrol-lead = You are invited to open the account “{ $login }”. Choose one of the two ways; you can add the other one later.
enrol-passkey-title = A passkey (the simplest and the safest)
enrol-password-title = A password and an authenticator application
enrol-over = This invitation was used already, or it is too old. If you have chosen already, sign in; else ask for a new one.
enrol-done-title = Your account is open
enrol-done = You are signed in.
passkey-make-lead = A passkey stays on your phone, your computer or your security key. Nobody can make you tell it, and there is nothing to remember.
passkey-name = Name of this passkey
passkey-name-hint = Optional. For example: my phone.
passkey-unnamed = Passkey
passkey-make = Create a passkey
passkey-make-title = Add a passkey
passkey-not-made = The passkey was not created, or the page had been open for too long. Try again.
passkey-refused = This passkey is registered already, or you have ten.
totp-lead = Scan this picture with an authenticator application (FreeOTP, Aegis, Google Authenticator…), or type the secret into it. The application then shows a code of 6 digits.
totp-picture = Picture to scan (QR code); it says the same as the secret written below.
totp-secret = Secret
password-title = Change the password and the application
password-new = New password
password-hint = At least 12 characters. A phrase of several words does very well.
password-again = The same password once more
password-send = Save
password-short = This password is too short: it takes at least 12 characters.
password-long = This password is too long: at most 256 characters.
password-guessable = This password is easily guessed. Choose for example four words that have nothing to do with each other.
password-differ = The two passwords are not the same.
password-done-title = Your password is changed
password-done = It holds from now on, with the new application. Your other sessions are closed.
code-new-hint = The 6 digits that the application shows now.
code-wrong = This is not the application’s code. Check the time of your device, and type the code of this moment.
codes-title = Your recovery codes
codes-lead = If you lose the application, each of these codes replaces it once. Write them down or print them now: they are never shown again.
codes-next = I have noted them: go on
codes-done-title = Your new recovery codes
codes-done = The codes before them are worth nothing any more.

# The account
account-title = My account
account-lead = Your login name is “{ $login }”.
account-passkeys = Passkeys
account-no-passkey = You have no passkey.
account-add-passkey = Add a passkey
account-remove = Remove
account-remove-named = Remove the passkey “{ $name }”
account-since = Since { $at }
account-used = Used on { $at }
account-last = This is your only way to sign in: add another one before you remove it.
account-passkey-added = The passkey is added.
account-passkey-removed = The passkey is removed. Your other sessions are closed.
account-password = Password and application
account-no-password = You have no password.
account-change-password = Change the password and the application
account-add-password = Add a password and an application
account-codes = Recovery codes left: { $count }
account-new-codes = Get new recovery codes
account-settings = Language and e-mail
account-language = Language of the pages
account-email = E-mail address
account-email-hint = Optional. Messages say only that something is new.
account-email-wrong = This e-mail address has not the right form. For example: first.last@example.com
account-save = Save
account-settings-done = Your choices are saved.
account-sessions = Where you are signed in
account-this-session = This session
account-other-session = Another session
account-session = Begun on { $begun }, used on { $seen }
account-end = Close
account-end-named = Close the session begun on { $begun }
account-end-all = Close all other sessions
account-sessions-done = Done.
