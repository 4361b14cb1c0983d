"""Environments brought to the state that a list of pins describes.

`plan` decides (pure), `transaction` carries out; `journal` repairs what a killed run left. Fetching
and unpacking wheels is done before, by others: the installer links files that are already verified.
"""
