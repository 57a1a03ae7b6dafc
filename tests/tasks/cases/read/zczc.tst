   ZCZC RWA
%A
#Riverton Flood
$Dam above Riverton holds
:1200
*07000000
   RIVERTON, March 7 RWA - The dam held.

Nobody was hurt.
NNNN
