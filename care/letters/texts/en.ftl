# A line of a text is a line on paper. An empty line stands between the items of a list. << >>: in bold.
language-tag = en

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
first-day = 1
date = { $day } { $month } { $year }
moment = { $date } at { $time } ({ $zone })
written = { $date }
page = Page { $page } of { $pages }
fact = { $name }: { $value }
reply = { $sender } · { $site } · { $telephone }

hello = Dear Sir or Madam,
signed = { $sender }
other-language = Pour lire cette lettre en français, demandez-la sur { $site } ou par téléphone : { $telephone }.

announcement-title = Your health space: the choice is yours
announcement-what = The health space is a free online record. It holds your prescriptions, test results, vaccinations and the documents that those who treat you put into it. You decide who may read it, and every reading is written into a register that you can look at.
announcement-choice = You have until <<{ $until }>> to say no. If we do not hear from you, your space will be created after that date.
announcement-right = Saying no is your right. You need not give a reason. Your care and your reimbursements do not change.
announcement-how = The next page explains how to oppose or how to activate your space.
code-label = Your code to oppose
code-hint = This code can only say no. It opens no record and works once.
code-expires = Valid until { $until }.
qr-caption = Page to oppose
qr-alternative = QR code that leads to the page on which you oppose: { $url }

ways-title = How to oppose: four ways
ways =
    <<Online, with your code.>> Go to { $url }. Enter your social security number, your date of birth and the code. Your receipt is shown at once.

    <<Online, without a code.>> On the same page, prove your identity online, or ask for a new code.

    <<By telephone.>> Call { $telephone }, { $hours }.

    <<By post.>> Fill in the slip at the foot of this page, cut it off and send it to the address printed on it.
way-without-slip = <<By post.>> Write “I oppose the creation of my health space”, with your names, date of birth and social security number, date it and sign it. Send it to: { $address }.
activate-title = How to activate your space
activate = Go to { $site } and prove your identity online. Nobody can open your space with the code of this letter.
change-title = If you change your mind
change = You may oppose, close your space or ask for it at any time, before and after { $until }.
law = Your rights are laid down in articles L. 1111-13-1 and following of the French public health code and in article 21 of the General Data Protection Regulation.

slip-cut = Cut here and send by post
slip-title = Opposition to the health space
slip-say = I oppose the creation of my health space.
slip-code = Code
slip-name = Family and given names
slip-birth = Date of birth
slip-number = Social security number
slip-date = Date and signature
slip-to = Send to

new-code-title = Your new code
new-code-what = You asked for a new code to oppose your health space. Here it is. The code that you had stays good.
new-code-how = Go to { $url }. Enter your social security number, your date of birth and this code. You may also call { $telephone }, { $hours }.
new-code-not-you = You did not ask for it? Then do nothing: without you this code changes nothing. Tell us by calling { $telephone }.

confirmation-title = Your opposition is recorded
confirmation-what = You opposed your health space. Your opposition holds since the time below. Nobody can read a space in your name or add to it.
confirmation-professional = You opposed that the professional with RPPS number <<{ $name }>> adds to your record. Your opposition holds since the time below. What he wrote before stays. Your health space is not refused.
confirmation-structure = You opposed that the structure with FINESS number <<{ $name }>> adds to your record. Your opposition holds since the time below. What was written before stays. Your health space is not refused.
confirmation-research = You opposed research. Your opposition holds since the time below. Your data will serve no research any more. What was published as overall figures cannot be taken back. Your health space is not refused.
confirmation-project = You opposed the research project <<{ $name }>>. Your opposition holds since the time below. Your data will not serve it any more. What was published as overall figures cannot be taken back. Your health space is not refused.
receipt-number = Receipt number
receipt-time = Date and time
reversal-title = If it was not you, or if you change your mind
reversal = This second code takes the opposition back. It is valid until { $until }. Go to { $url }, or call { $telephone }, { $hours }. After that date you can still ask for your space by proving your identity.
reversal-label = Your code to take the opposition back
reversal-hint = Keep this letter. Give this code to nobody.
reversal-by-post = You will get a letter by post with a code that takes the opposition back. We do not send that code by e-mail.

receipt-title = Receipt for your opposition
receipt-what = This receipt proves that your opposition is recorded. Keep it. It holds nothing about your health.
receipt-back-title = Receipt: your opposition is taken back
receipt-back-what = This receipt proves that your opposition to the health space no longer holds. Keep it. It holds nothing about your health.
receipt-refused-title = Receipt for your refusal
receipt-refused-what = This receipt proves that your refusal is recorded. Keep it. It holds nothing about your health.
receipt-allowed-title = Receipt: your refusal is taken back
receipt-allowed-what = This receipt proves that your refusal no longer holds. Keep it. It holds nothing about your health.
proof-title = Proof in the register
proof-what = Your choice is written into the public register of accesses. This text says at which place and in which signed state of it. With the register’s public key anybody can check it without us.

created-title = Your health space has been created
created-what = Your health space exists since { $date }. You did not oppose it in time, or you asked for it.
created-how = To activate it, go to { $site } and prove your identity online. You then choose who may read it.
created-refuse = You do not want it? You can close it at any time, on { $url } or by calling { $telephone }, { $hours }.

activated-title = Your health space is activated
activated-what = Your health space was activated on { $at }: somebody proved to be you, and an account gives access to it.
activated-then = Was it you? Then there is nothing to do. In your space you choose who may read it, and you see who opened it.
activated-not-you-title = Was it not you?
activated-not-you = Call { $telephone } at once, { $hours }. We close that account, and tell you what was opened.
activated-refuse = Without waiting you can also oppose at { $url }: nobody can read your space then.

activated-child-title = The child’s health space is activated
activated-child-what = The child’s health space was activated on { $at }: a parent whom the health insurance knows proved who they are, and their account gives access to it.
activated-child-then = Each parent can do so with an account of their own. This access ends on the child’s 18th birthday.
activated-child-not-you-title = Was it no parent?
activated-child-refuse = Without waiting you can also oppose in the child’s name at { $url }: nobody can read this space then.

closed-title = Your health space is closed
closed-what = Your health space is closed since { $date }. Nobody can read it or add to it any more.
closed-then = The law asks us to keep its content for ten years, sealed. Then it is erased. Until then you can ask for it to be opened again.
closed-how = A question, or it was not you? Call { $telephone }, { $hours }.

erasure-title = Your health space is about to be erased
erasure-what = On { $date } the keys of your health space will be destroyed. After that nobody can ever read its content again, not even we.
erasure-keep = Do you want to keep your documents? Download them before that date on { $site }.
erasure-stop = You did not ask for this, or you change your mind? Before that date, call { $telephone }, { $hours }.

erased-title = Your health space is erased
erased-what = On { $at }, the keys of your health space were destroyed. Nobody can read its content any more, not even we.
erased-trail = The list of those who had opened it stays sealed for the time that the law asks, then it is destroyed too.
erased-proof = The destruction stands in a public ledger, with its time. Keep these lines: with them anybody can check it, without us.

of-age-title = You are 18: you alone decide about your health space
of-age-what = Since you turned 18, you alone decide about your health space. Your parents’ access ended that day.
of-age-how = To open it, go to { $site } and prove your identity online. You then choose who may read it.
of-age-refuse = You do not want it? Go to { $url } with your social security number, your date of birth and this code. You may also call { $telephone }, { $hours }.
of-age-opposed = Somebody opposed a health space in your name. The opposition holds as long as you say nothing. To have a health space, you must take it back.
