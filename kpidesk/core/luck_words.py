"""How a manager is told what luck alone leaves open about a number, the same in the window and in every file."""

FOR_LUCK = "Allowing for luck"
"""The title of the interval of a number, which holds it in 95 of 100 cases."""
LUCK_MEANS = (
    "Allowing for luck: the same work brings a little more in one period and a little less in another. In 95 of 100"
    " cases what the number would come to in the long run lies between these two ends."
)
