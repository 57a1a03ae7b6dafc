V0042glbsm
u i  BC-OS--Theft, KILL   03-07 0040
^BC-OS--Theft, KILL,40<
^Theft at the town hall<
^Eds: Kill the story. It was wrong.<
	   RIVERTON, Ostland (RW) _ A clerk was robbed.

	   ^RW-WF-03-07-24 1100GMT<
