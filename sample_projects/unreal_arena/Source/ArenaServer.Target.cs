using UnrealBuildTool;

public class ArenaServerTarget : TargetRules
{
	public ArenaServerTarget(TargetInfo Target) : base(Target)
	{
		Type = TargetType.Server;
		ExtraModuleNames.AddRange(new string[] { "Arena", "ArenaRules" });
	}
}
