"""The design AI Chef began from, written plainly in our own words, to be measured beside ours.

    ask a model ─▶ take its word ─▶ search each ingredient in turn ─▶ add up the cheapest listings
                                                         a client looks every two seconds

Nothing of `aichef` is used here. What its documents leave open is decided in its favour:

- It keeps one connection to the shop, though it opens a new one for each search.
- A listing is left out where the answer itself says that nobody can buy it (a comparison page,
  used goods) or that it is no food. Its text takes the least price of all.
- It looks up what it saves in no time: its tables are in memory, its functions never start cold.
- Its prompt is given for keto alone; the other four are as short and name the age in months, or
  what is in the fridge.
- It is drawn searching "in parallel" and written searching in turn. In turn is what is measured,
  as the issue has it; what parallel searches would save is measured beside it.

One picture has the words "nutrients computed and verified", and nothing says by which figures or
what for; the functions check nothing, and so nothing is checked here. What it does when a supplier
fails (a recipe or a price kept ready) is left out: nobody fails in these runs.
"""
