"""The application report of annex 4 as a Word document: what the notice asks of its text, its look and its pictures.

``document_check``  the check: a file -> ``Report``
``package``       the zip, opened with care; ``xml_tree`` its XML as a tree
``body``          paragraphs as a reader sees them; ``styles``, ``text_style``, ``theme``, ``list_labels`` their look
``outline``       headings, captions and the five parts; ``part_findings`` what must be in them
``characters``    counting as Word does; ``typography`` font, size and spacing
``pictures``      embedded pictures, ``image_header`` their sizes, ``captions``, ``caption_findings`` what stands beside
``finding_codes``  the registry of what can be found
"""
