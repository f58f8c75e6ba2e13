namespace Innate.Recipes;

/// <summary>All recipes, a paper a file.</summary>
public static class RecipeList
{
    /// <summary>The recipes, by name.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        EndoRm.Recipe,
        EndoRmGrpo.Recipe,
        EndoRmDpo.Recipe,
        Grpo.Recipe,
        Intuitor.Recipe,
        Ttrl.Recipe,
        Spro.Recipe,
        Cpgd.Recipe,
        CoVo.Recipe,
        Rlpr.Recipe,
        R3.Recipe,
        GrpoCare.Recipe,
        Bingo.Recipe,
        Fr3e.Recipe,
        GuideGrpo.Recipe,
        Pag.Recipe,
        CritiqueGrpo.Recipe,
        TRePo.Recipe,
        Rpt.Recipe,
        ProRl.Recipe,
        ProRlV2.Recipe,
        Polaris.Recipe,
        OctoThinker.Recipe,
        Gspo.Recipe,
        GspoToken.Recipe,
        SemiOnlineDpo.Recipe,
        GroupDpo.Recipe,
        ImplicitSft.ChiSquared,
        ImplicitSft.Hellinger,
        ImplicitSft.JensenShannon,
        ImplicitSft.TotalVariation,
        AdvDistill.Recipe,
        DensePath.Recipe,
        Tcer.Recipe,
        CrewDpo.Recipe,
        Rent.Recipe,
        EmRl.Token,
        EmRl.Sequence,
        Spurious.Random,
        Spurious.Format,
        Spurious.Inverted,
        Spurious.MajorityWrong,
        EndoRmRmgap.Recipe,
        EndoRmWeighted.Recipe,
        Empo.Recipe,
        ReVal.Recipe,
        Tbrm.Recipe,
        Rover.Recipe,
        Sdpo.Recipe,
        Rlp.Recipe,
        SelfRewardingPpo.Recipe,
        CoRewarding.One,
        CoRewarding.Two,
        EvolRl.Recipe,
        SrGrpo.Recipe,
        Pvpo.Recipe,
        Spct.Recipe,
        RewardAnything.Recipe,
        GroundGrpo.One,
        GroundGrpo.Two,
        IfDecorator.Recipe,
        EmbodiedPlanner.Recipe,
        RSearch.Recipe,
        JanNano.Recipe,
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(r => r.Name)];

    /// <summary>The recipe of a name; null: there is none.</summary>
    public static Recipe? Find(string name) => All.FirstOrDefault(r => r.Name == name);

    /// <summary>The recipe of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="field">What messages call it.</param>
    /// <exception cref="InputException">There is none.</exception>
    public static Recipe Of(string name, string field = nameof(Recipe)) =>
        Find(name) ?? throw new InputException(
            field, $"one of {string.Join(", ", Names)}", $"'{name}'{NearestName.Hint(name, Names)}");
}
