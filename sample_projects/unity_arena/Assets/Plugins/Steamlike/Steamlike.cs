using System.Runtime.InteropServices;

namespace Steamlike
{
    public static class Client
    {
#if ARENA_STORE
        [DllImport("steamlike")]
        static extern int SteamlikeInit();

        public static bool Start() => SteamlikeInit() == 0;
#else
        public static bool Start() => false;
#endif
    }
}
