"""The forms of the notice, filled in from applications: as printed there, always in Chinese.

``form_facts``   facts as a form shows them
``annex3``       the sheet of one applicant, as a Word document
``annex4``       a skeleton of the application report, as a Word document
``annex5``       the list of a recommending body, as a workbook or a Word document
``public_list``  the list for publicity and the final list of a year
``package``      everything for sending as one ZIP with a manifest
``form_page``    a page of a form in Word: paper, fonts, cells
"""
