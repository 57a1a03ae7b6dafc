W2870westm
r a BC-OS--RivertonFlood 2ndLd-Writethru   03-07 0310
^BC-OS--Riverton Flood, 2nd Ld-Writethru,310<
^Dam above Riverton holds<
^AP Photo RV101, RV102<
^(Eds: Adds mayor. With BC-OS--Riverton-Glance.)<
^The town slept in the school gym while the river rose.< 
^By ADA QUILL and BEN ORO=
^Riverwire Writers=
	   RIVERTON, Ostland (RW) _ The dam held, Mayor Ines Castell said.
 
	   ``We did not sleep,'' she said _ ``not one minute.''
^NIGHT WATCH=
^ Dam Level
Hale Dam 3.1
	   ___
	   Cora Lind contributed.

	   RW-WF-03-07-24 1015GMT<


