site = Health space
skip = Skip to content

opposition-title = Say no to your health space
opposition-lead = You may refuse your health space. It is your right. You need not give a reason, and your care and your reimbursements stay the same.
opposition-effect = Your opposition takes effect as soon as you send it, and you get a receipt at once.
opposition-ins = French social security number
opposition-ins-hint = 13 or 15 characters, as on your health insurance card or your letter.
opposition-birth-date = Date of birth
opposition-birth-date-hint = Day, month, year. For example: 05/12/1963
opposition-code = Code in your letter
opposition-code-hint = 13 characters. Dashes and small letters make no difference.
opposition-send = Say no

fault-ins = Check the social security number: there is probably a typing mistake.
fault-birth-date = Check the date of birth: there is no such date, or the day, the month or the year is missing.
fault-code = Check the code: there is probably a typing mistake.

alert-title = Nothing has been recorded yet
alert-typo = Correct what follows, then send again.
alert-not-matched = These three answers do not belong together, or this code has been used. Check them against your letter, then try again. If you already have a receipt, your opposition holds: keep it.
alert-too-fast = Too many attempts come from your connection. Wait a minute, then try again.
alert-unavailable = The service does not answer at the moment. Try again in a few minutes: your code is still good.
alert-elsewhere = This form was sent from another site. Please fill it in here.
other-ways = Without a code you can have a new one sent by letter from this site, send back the slip of your letter, or call the number that it names.

others-title = Something else?
new-code-title = Get a new code
new-code-lead = Your letter did not come, or you lost it? A new code leaves for the address that your health insurance knows. It comes beside the code that you had, which stays good.
new-code-ways = You can also send back the slip of your letter, or call the number that it names.
new-code-send = Send a new code
new-code-done-title = Your request is recorded
new-code-done = If these are the details of an insured person, a new code leaves for the address that the health insurance knows, by the way you chose; by letter where nothing is known for that way. For one person, one code a week leaves at most.
new-code-after = To protect everybody, this page always answers the same: it does not tell whether somebody is insured.
back-title = Take back an opposition
back-lead = You changed your mind, or somebody said no in your name? The code of the letter of confirmation takes the opposition back, for 30 days.
back-effect = The opposition ends as soon as you send this, and you get a receipt at once.
back-code = Code of the letter of confirmation
back-code-hint = 13 characters. Dashes and small letters make no difference.
back-send = Take the opposition back
alert-back-not-matched = These three answers do not belong together, or this code is no longer good. Check them against the letter of confirmation, then try again.
back-done-title = The opposition is taken back
back-done-effect = It no longer holds from now on. Your health space is what it was before, or will be created when the announced time is over.
back-done-after-title = If you change your mind again
back-done-after = You can say no at any time: ask for a new code.

privacy-title = What we do with your answers
privacy = They only serve to recognise you. This page stores nothing on your device.

done-title = Your opposition is recorded
done-effect = It holds from now on. No health space is opened in your name; if there was one, nobody can read it or add to it any more.
receipt-title = Your receipt
receipt-number = Number
receipt-time = Date and time (UTC)
receipt-keep = Download this receipt, print this page, or write the number down. The receipt holds no information about you.
receipt-print = Download the receipt (PDF)
receipt-print-file = opposition-receipt.pdf
receipt-download = Download the receipt to verify (text)
receipt-file = opposition-receipt.txt
receipt-proof = Show the proof
receipt-proof-hint = This text proves that your opposition stands in the public log of openings. It can be verified without us, with the public key of the log.
done-after-title = If you change your mind
done-after = A letter of confirmation leaves for your address. For 30 days its code takes this opposition back. Later you can ask for your health space at any time.
