using System.Net.Sockets;

public sealed class Discovery
{
    readonly UdpClient _socket = new UdpClient(7778);

    public void Ask(byte[] text) => _socket.Send(text, text.Length);
}
