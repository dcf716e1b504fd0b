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
other-ways = You can also say no at the desk of your health insurance office, or by letter to it, without this code.

privacy-title = What we do with your answers
privacy = They only serve to recognise you. This page stores nothing on your device.

done-title = Your opposition is recorded
done-effect = It holds from now on. No health space is opened in your name; if there was one, nobody can read it or add to it any more.
receipt-title = Your receipt
receipt-number = Number
receipt-time = Date and time (UTC)
receipt-keep = Download this receipt, print this page, or write the number down. The receipt holds no information about you.
receipt-download = Download the receipt
receipt-file = opposition-receipt.txt
receipt-proof = Show the proof
receipt-proof-hint = This text proves that your opposition stands in the public log of openings. It can be verified without us, with the public key of the log.
after-title = If you change your mind
after = You can ask for your health space later, at the desk of your health insurance office.
