#include "Common/UdpSocketBuilder.h"
#include "HAL/RunnableThread.h"

// Finds servers of the local network, on a thread of its own.
void FArenaDiscovery::Start()
{
	Socket = FUdpSocketBuilder(TEXT("ArenaDiscovery")).AsNonBlocking().WithBroadcast();
	Thread = FRunnableThread::Create(this, TEXT("ArenaDiscovery"));
}
