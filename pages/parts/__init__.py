"""What pages are made of: who is asking, in which language, and the pieces that draw.

``office``    the one open store of this process
``serving``   the ASGI side: warming up, the sign-in routes, the relay for the command line
``language``  the reader's language
``page``      entering a page: the guard, the head, the end
``registry``  which pages there are, and for whom
``shell``     one run of the script: navigation and the page
``strip``     the position strip in both its forms, with its table
``detail``    one KPI's own view
``faults``    a file's faults beside their cells
"""
