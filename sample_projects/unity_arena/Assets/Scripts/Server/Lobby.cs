using System.Net.Sockets;

namespace Arena.Server
{
    public sealed class Lobby
    {
        readonly UdpClient _socket = new UdpClient(7777);

        public void Announce(byte[] text) => _socket.Send(text, text.Length);
    }
}
