"""The porting tax: what reaching a milestone on one target would cost.

A fixed part, a price for each dependency by its state, a price for each adaptation unit, a share for verification, and
one shared factor; never findings times weight. Blockers are choices and are not in the sum.
"""

from portlint.estimate.model import estimate
from portlint.estimate.rates import Rates, load_rates

__all__ = ["Rates", "estimate", "load_rates"]
