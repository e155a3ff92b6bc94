"""What a replica bears: idle sockets by the thousand, long histories, a neighbour who asks without a pause.

    .venv/bin/python -m bench.endurance                  # three rounds, about six minutes; only shows
    .venv/bin/python -m bench.endurance --only silent    # a part: idle, abuse, history or silent

Goals 8 to 11 and 17 to 19. `make bench` runs it after `bench.gateways`.
"""
