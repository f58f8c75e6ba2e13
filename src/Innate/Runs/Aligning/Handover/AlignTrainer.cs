namespace Innate.Runs.Aligning.Handover;

/// <summary>Another trainer, for which a run is written down instead of being done here.</summary>
public enum AlignTrainer
{
    /// <summary>TRL's GRPOTrainer.</summary>
    Trl,

    /// <summary>verl's main_ppo.</summary>
    Verl,

    /// <summary>OpenRLHF's train_ppo_ray.</summary>
    OpenRlhf,
}

/// <summary>The trainers' names.</summary>
internal static class AlignTrainerNames
{
    /// <summary>All, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<AlignTrainer>().Select(NameOf)];

    /// <summary>A trainer's name.</summary>
    /// <param name="trainer">The trainer.</param>
    public static string NameOf(AlignTrainer trainer) => trainer switch
    {
        AlignTrainer.Trl => "trl",
        AlignTrainer.Verl => "verl",
        _ => "openrlhf",
    };

    /// <summary>The trainer of a name.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    public static AlignTrainer Parse(string name) => Enum.GetValues<AlignTrainer>().First(t => NameOf(t) == name);
}
