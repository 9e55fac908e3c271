import Commands

Sockcat.start()
