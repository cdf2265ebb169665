"""The application report of annex 4 as a Word document: what the notice asks of its text, its look and its pictures.

``checking``      the check: a file -> ``Report``
``package``       the zip, opened with care; ``markup`` its XML as a tree
``body``          paragraphs as a reader sees them; ``styles``, ``looks``, ``theme``, ``numbering`` say how they look
``outline``       headings, captions and the five parts; ``parts`` what must be in them
``characters``    counting as Word does; ``typography`` font, size and spacing
``pictures``      embedded pictures, ``image_header`` their sizes, ``captions`` and ``numbers`` what stands beside them
``codes``         the registry of what can be found
"""

from kpi.annex4.checking import check
from kpi.annex4.settings import requirements

__all__ = ["check", "requirements"]
