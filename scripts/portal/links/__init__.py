"""Checks every external link of the portal and says honestly what it found.

Data flows one way: `collect` finds the links, `schedule` decides when each request may
be sent, `fetch` sends it and records what came back, `classify` judges, `report` tells.
Only the modules named `fetch*` touch the network.
"""
