namespace Arena.Rules;

public sealed class World
{
    private float _time;

    public void Step(float seconds) => _time += seconds;

    public void Apply(byte[] packet)
    {
        if (packet.Length == 0)
        {
            _time = 0;
        }
    }
}
