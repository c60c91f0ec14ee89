"""Requests for cooperation: their kinds and forms, and what may stand in their way.

Two kinds so far: expedited preservation (42) and access to stored electronic data (44 with 40).
A form is judged by :func:`comity.requests.assessment.assess`; the judgement is a value.
"""
