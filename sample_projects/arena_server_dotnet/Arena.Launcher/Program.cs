using System.Windows.Forms;

namespace Arena.Launcher;

internal static class Program
{
    private static void Main() => Application.Run(new Form());
}
