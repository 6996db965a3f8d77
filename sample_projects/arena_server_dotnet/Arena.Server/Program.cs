using System.Net;
using System.Net.Sockets;
using System.Threading;
using Arena.Rules;

namespace Arena.Server;

internal static class Program
{
    private static void Main()
    {
        var world = new World();
        var ticker = new Thread(() => Tick(world)) { IsBackground = true };
        ticker.Start();
        using var datagrams = new UdpClient(7777);
        var sender = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            byte[] packet = datagrams.Receive(ref sender);
            world.Apply(packet);
        }
    }

    private static void Tick(World world)
    {
        while (true)
        {
            world.Step(0.05f);
            Thread.Sleep(50);
        }
    }
}
