"""What the network learns to make small, for each scene relative to what shrinkage of blocks makes of it, so that all kinds and strengths
of noise weigh about alike."""

FLOOR = 0.012  # in squares of sigma: a smooth scene, where the blocks' squared error is less, weighs less
CHANGE, CHANGE_FLOOR = 0.3, 0.1  # what the change of the error counts beside it, and the like of FLOOR for it, in sigmas


def relative_error(own, others, sigma):
    """Squared errors of the network over those of the blocks."""
    square, limit = (lambda error: (error ** 2).mean((1, 2, 3))), FLOOR * sigma ** 2 + 0.1
    return square(own) / (square(others) + limit)


def relative_change(own, others, sigma):
    """Changes of errors from frame to frame, which viewers see as flicker, over those of the blocks."""
    extent, limit = (lambda change: (change ** 2 + 0.25).sqrt().mean((1, 2, 3))), CHANGE_FLOOR * sigma + 0.1
    return extent(own) / (extent(others) + limit)
