using System.Net.Sockets;
using System.Threading.Tasks;

namespace Arena.Server;

/// <summary>Waits for players without blocking: what .NET on WASI can do.</summary>
internal static class Lobby
{
    internal static async Task<int> Count(TcpListener listener)
    {
        listener.Start();
        using TcpClient first = await listener.AcceptTcpClientAsync();
        return first.Connected ? 1 : 0;
    }
}
