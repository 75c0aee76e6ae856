# lab 2 (given): a shop
"""A shop, which arrives whole."""

from flask import Blueprint, abort

blueprint = Blueprint("shop", __name__)


# lab 2: sell
@blueprint.get("/buy/<int:number>")
# lab 3: and by post
@blueprint.post("/buy/<int:number>")
def buy(number: int) -> dict[str, int]:
    # lab 3: refuse to sell nothing
    if not number:
        abort(400)

    return {"sold": number}


class Till:
    """Where the money is."""

    # lab 2: start empty
    def __init__(self) -> None:
        # This comment would give it away.
        self.money = 0

    # lab 3: tell what is in it
    @property
    def full(self) -> bool:
        """Whether there is money."""
        return self.money > 0
