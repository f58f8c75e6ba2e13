namespace Innate.Tests.Support;

/// <summary>A test of several processes under Open MPI's mpirun, which is skipped, by name, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute() => Skip = HasMpi ? null : "needs Open MPI's mpirun (Debian: openmpi-bin), which is not on the path";

    private static bool HasMpi => OperatingSystem.IsLinux()
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "mpirun")));
}
