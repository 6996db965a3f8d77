using System.Runtime.InteropServices;

public static class WebBridge
{
#if UNITY_WEBGL && !UNITY_EDITOR
    [DllImport("__Internal")]
    static extern void ArenaShare(string text);

    [DllImport("__Internal")]
    static extern void ArenaReload();
#endif
}
