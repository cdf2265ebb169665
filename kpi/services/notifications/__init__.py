"""What happened and whom it concerns: raised with the act itself, read on the home pages, sent by mail and messengers.

``events``    which acts and days are events, and whom each concerns
``raising``   an act's notifications, written in its own transaction
``days``      what a day brings: deadlines, a year that opens, a late backup
``inbox``     what an account reads of it on its home page
``preferences`` how an account wants to have messages
``channels``  a mail server, and messengers
``sending``   the outbox, sent with back-off, and what could not be delivered
"""
