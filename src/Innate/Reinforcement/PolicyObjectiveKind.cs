namespace Innate.Reinforcement;

/// <summary>Which objective; each is a file in <c>Objectives/</c>.</summary>
public enum PolicyObjectiveKind
{
    /// <summary>REINFORCE.</summary>
    Reinforce,

    /// <summary>PPO's clipped ratio.</summary>
    Ppo,

    /// <summary>GRPO, divergence in the loss.</summary>
    Grpo,

    /// <summary>Dr.GRPO.</summary>
    DrGrpo,

    /// <summary>DAPO: a higher upper clip; groups whose rewards are all equal are left out.</summary>
    Dapo,

    /// <summary>GSPO: one ratio a response.</summary>
    Gspo,

    /// <summary>CPGD.</summary>
    Cpgd,

    /// <summary>Semi-online DPO: a group's best response against its worst, the frozen model as reference.</summary>
    Dpo,
}
