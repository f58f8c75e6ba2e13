namespace Innate.Reinforcement.Rewards;

/// <summary>
/// GoT-R1's reward of an image that was planned in words first (arXiv 2505.17022; from its published description):
/// <code>
/// R = R_PI (R_sem + R_spa) R_RI,  0 to 2
/// </code>
/// PI: does the image fit the prompt; sem, spa: does the plan fit it, in what there is and in where; RI: does the image fit the
/// plan. As a product: a part of 0 leaves nothing.
/// </summary>
internal static class PlannedImageReward
{
    /// <summary>R, of parts from 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part is out of range.</exception>
    public static double Compute(double promptToImage, double planMeaning, double planPlaces, double planToImage)
    {
        Require.Unit(promptToImage);
        Require.Unit(planMeaning);
        Require.Unit(planPlaces);
        Require.Unit(planToImage);
        return promptToImage * (planMeaning + planPlaces) * planToImage;
    }
}
