using System.Diagnostics;

namespace Arena.Rules.Legacy;

internal static class Spawner
{
    internal static void Spawn() => Process.Start("arena-worker");
}
