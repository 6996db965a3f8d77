using System.Runtime.InteropServices;

namespace Arena.Server;

internal static partial class Physics
{
    [DllImport("arena_physics")]
    internal static extern void StepWorld(float seconds);

#if ARENA_TRACE
    internal static void Dump() => System.Diagnostics.Process.Start("dump-world");
#endif
}
