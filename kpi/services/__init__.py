"""What people do, whole: each service checks the asker's role and scope, asks, decides, records, and answers.

``deciding``      which baseline and policy are in force, and a file's answer by them
``freezing``      a baseline comes in and is frozen
``submissions``   an enterprise's upload, draft, estimate and lock
``candidates``    a reviewer's candidates, one whole or several side by side
``coverage``      a leader's bodies, industries and quota
``accounts``      who is signed in
``verifying``     is the store whole and unchanged
``demonstration`` a store of fictitious enterprises to try everything on
"""
