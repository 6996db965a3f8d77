using System.Runtime.InteropServices;

namespace Arena.Sound
{
    public static class Mixer
    {
#if UNITY_WEBGL && !UNITY_EDITOR
        [DllImport("__Internal")]
        static extern void ArenaSoundPlay(int id);
#else
        [DllImport("arena_sound")]
        static extern void ArenaSoundPlay(int id);
#endif
#if ARENA_TRANSPORT_2
        [DllImport("arena_sound_2")]
        static extern void ArenaSoundPlay2(int id);
#endif

        public static void Play(int id) => ArenaSoundPlay(id);
    }
}
