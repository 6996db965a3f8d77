using System.Runtime.InteropServices;
using UnityEngine;

public sealed class Physics : MonoBehaviour
{
    [DllImport("arena_physics")]
    static extern void ArenaStep(float seconds);

    void FixedUpdate() => ArenaStep(Time.fixedDeltaTime);
}
