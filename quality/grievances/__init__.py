"""Members' grievances about care or the fund: received by every channel, answered in their days, taken up as cases.

The provider never learns who complained. What is about someone's safety opens a case at once.
"""
