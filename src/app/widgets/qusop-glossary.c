/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-glossary.h"

#include <glib/gi18n.h>
#include <string.h>

/* Tooltips and the glossary's window both come from here. Literature is not translated;
 * what has no other source is this program's own. */
#define OWN N_ ("As used in this program")
#define ROWLAND "Rowland, Tozer 2011"
#define BONATE "Bonate 2011"

static const QusopTerm terms[] = {
  /* The answer. */
  { "pta", QUSOP_TOPIC_ANSWER, N_ ("Probability of target attainment (PTA)"),
    N_ ("The share of virtual patients who succeed at a dose. Drawn against the dose it "
        "is "
        "the dose–success curve."),
    "Mouton et al. 2005" },
  { "threshold", QUSOP_TOPIC_ANSWER, N_ ("Threshold"),
    N_ ("The biomarker’s level that a patient who succeeds stays on the right side of, "
        "at "
        "every moment of the interval that is judged."),
    OWN },
  { "target", QUSOP_TOPIC_ANSWER, N_ ("Share of patients"),
    N_ ("How many patients of a hundred a dose has to help before it is good enough."),
    OWN },
  { "mean-dose", QUSOP_TOPIC_ANSWER, N_ ("Mean dose"),
    N_ ("The smallest dose of the grid at which the curve itself reaches the share of "
        "patients asked for, and stays there at every higher dose."),
    OWN },
  { "assured-dose", QUSOP_TOPIC_ANSWER, N_ ("Assured dose"),
    N_ ("The smallest dose at which the lower end of the band of parameter uncertainty "
        "reaches the share asked for, and stays there at every higher dose: it is "
        "credited "
        "only with what was shown."),
    OWN },
  { "dose-interval", QUSOP_TOPIC_ANSWER, N_ ("Interval of the mean dose"),
    N_ ("Each parameter draw has a mean dose of its own; between the two ends lie 95 of "
        "a "
        "hundred of them."),
    "Efron, Tibshirani 1993" },
  { "next-lower-dose", QUSOP_TOPIC_ANSWER, N_ ("Next lower dose"),
    N_ ("The share of patients who would succeed one step of the dose grid below, with "
        "its "
        "interval: how much the last step brings."),
    OWN },
  { "parameter-uncertainty", QUSOP_TOPIC_ANSWER, N_ ("Parameter uncertainty"),
    N_ ("What is not known of the model’s parameters after a study of finite size. It is "
        "not a difference between patients, and more virtual patients do not lessen it."),
    "Kümmel et al. 2018" },
  { "between-subject", QUSOP_TOPIC_ANSWER, N_ ("Between-subject variability"),
    N_ ("True differences between patients that weight and co-medication do not explain. "
        "Leaving it out makes the curve too steep."),
    BONATE },
  { "mc-error", QUSOP_TOPIC_ANSWER, N_ ("Monte Carlo error"),
    /* xgettext:no-c-format */
    N_ ("How far the result may lie from that of endlessly many virtual patients, as "
        "half "
        "the width of a 95 % interval. It shrinks with their number and says nothing "
        "about whether the model is right."),
    "Koehler, Brown, Haneuse 2009" },
  { "replicates", QUSOP_TOPIC_ANSWER, N_ ("Replicates"),
    N_ ("How many groups of virtual patients are drawn. Their differences show how much "
        "a "
        "group of that size varies by chance."),
    OWN },
  { "subjects", QUSOP_TOPIC_ANSWER, N_ ("Virtual patients"),
    N_ ("People drawn from the population asked about, each with weight, co-medication "
        "and random effects, whom every dose is tried on alike."),
    OWN },
  { "extrapolation", QUSOP_TOPIC_ANSWER, N_ ("Extrapolation factor"),
    N_ ("The dose over the highest dose that was studied. Above 1 the answer rests on "
        "the "
        "form of the model, not on observations."),
    OWN },
  { "weight", QUSOP_TOPIC_ANSWER, N_ ("Body weight"),
    N_ ("How the weights of the virtual patients are distributed; volumes grow with "
        "weight, clearances with its power of ¾."),
    "Anderson, Holford 2008" },
  { "comed", QUSOP_TOPIC_ANSWER, N_ ("Co-medication"),
    N_ ("The share of virtual patients who take the other drug of the study. It was not "
        "randomised, so its effect may be that of something that goes along with it."),
    OWN },
  { "observed", QUSOP_TOPIC_ANSWER, N_ ("Observed biomarker"),
    N_ ("What a measurement would show: the true value and the residual error. Success "
        "on "
        "it is rarer than on the true value."),
    OWN },
  { "regimen", QUSOP_TOPIC_ANSWER, N_ ("Dosing plan"),
    N_ ("When and how much is given: once daily, once weekly, or a plan with loading "
        "doses, titration, doses by weight or missed doses."),
    OWN },
  { "seed", QUSOP_TOPIC_ANSWER, N_ ("Seed"),
    N_ ("The number that all random numbers follow from. The same seed gives the same "
        "result to the last bit, on any number of processors."),
    "Salmon et al. 2011" },

  /* Exposure. */
  { "CMAX", QUSOP_TOPIC_EXPOSURE, "Cmax", N_ ("The highest concentration after a dose."),
    ROWLAND },
  { "TMAX", QUSOP_TOPIC_EXPOSURE, "tmax",
    N_ ("The time from the dose to the highest concentration."), ROWLAND },
  { "CMIN", QUSOP_TOPIC_EXPOSURE, "Cmin",
    N_ ("The lowest concentration within a dosing interval."), ROWLAND },
  { "CTROUGH", QUSOP_TOPIC_EXPOSURE, "Ctrough",
    N_ ("The concentration at the end of a dosing interval, just before the next dose."),
    ROWLAND },
  { "CAVG", QUSOP_TOPIC_EXPOSURE, "Cavg",
    N_ ("The mean concentration of a dosing interval: AUCtau over its length."),
    ROWLAND },
  { "AUCTAU", QUSOP_TOPIC_EXPOSURE, "AUCtau",
    N_ ("The area under the concentration over one dosing interval."), ROWLAND },
  { "AUCLST", QUSOP_TOPIC_EXPOSURE, "AUClast",
    N_ ("The area under the concentration up to the last value that could be "
        "quantified."),
    ROWLAND },
  { "AUCIFO", QUSOP_TOPIC_EXPOSURE, "AUCinf",
    N_ ("The area under the concentration for all time, the part after the last value "
        "extrapolated with the terminal slope."),
    ROWLAND },
  { "AUCPEO", QUSOP_TOPIC_EXPOSURE, N_ ("AUC extrapolated"),
    /* xgettext:no-c-format */
    N_ ("How much of AUCinf lies behind the last value; above 20 % it is not to be "
        "relied "
        "upon."),
    ROWLAND },
  { "CLFTAU", QUSOP_TOPIC_EXPOSURE, "CL/F",
    N_ ("Apparent clearance: the dose over AUCtau at steady state. F, the share of a "
        "dose "
        "that is absorbed, is not known without an intravenous dose."),
    ROWLAND },
  { "CLFO", QUSOP_TOPIC_EXPOSURE, N_ ("CL/F, single dose"),
    N_ ("Apparent clearance: a single dose over AUCinf."), ROWLAND },
  { "VZFO", QUSOP_TOPIC_EXPOSURE, "Vz/F",
    N_ ("Apparent volume of distribution: CL/F over the terminal slope λz."), ROWLAND },
  { "LAMZ", QUSOP_TOPIC_EXPOSURE, "λz",
    N_ ("The slope of the last, straight part of the logarithm of concentration, from at "
        "least three points."),
    "Denney, Duvvuri, Buckeridge 2015" },
  { "LAMZHL", QUSOP_TOPIC_EXPOSURE, "t½",
    N_ ("Half-life: the time in which the concentration halves at the end, ln 2 over "
        "λz."),
    ROWLAND },
  { "R2ADJ", QUSOP_TOPIC_EXPOSURE, N_ ("Adjusted R²"),
    N_ ("How straight the terminal part is, 1 for a line, adjusted for the number of its "
        "points."),
    "Denney, Duvvuri, Buckeridge 2015" },
  { "LAMZNPT", QUSOP_TOPIC_EXPOSURE, N_ ("Points of λz"),
    N_ ("How many of the last concentrations the terminal slope was fitted to."),
    "Denney, Duvvuri, Buckeridge 2015" },
  { "FLUCP", QUSOP_TOPIC_EXPOSURE, N_ ("Fluctuation"),
    N_ ("Cmax less Cmin, in per cent of Cavg, within a dosing interval."), ROWLAND },
  { "ARAUC", QUSOP_TOPIC_EXPOSURE, N_ ("Accumulation ratio"),
    N_ ("AUCtau after the last dose over AUCtau after the first: how much a drug piles "
        "up "
        "before it comes to steady state."),
    "Boxenbaum, Battle 1995" },
  { "SSPCT", QUSOP_TOPIC_EXPOSURE, N_ ("Steady state reached"),
    N_ ("How much of the final level there was in the last dosing interval, as the "
        "terminal half-life tells."),
    ROWLAND },
  { "dose", QUSOP_TOPIC_EXPOSURE, N_ ("Dose"),
    N_ ("The dose of the arm that a subject belongs to, as the study’s file has it."),
    OWN },
  { "study-weight", QUSOP_TOPIC_EXPOSURE, N_ ("Body weight in the study"),
    N_ ("From the lightest to the heaviest subject; answers about other weights are "
        "marked."),
    OWN },
  { "study-comed", QUSOP_TOPIC_EXPOSURE, N_ ("Co-medication in the study"),
    N_ ("The share of subjects who took the other drug."), OWN },
  { "cmax-at-dose", QUSOP_TOPIC_EXPOSURE, N_ ("Cmax of virtual patients"),
    N_ ("Of the highest concentrations at the mean dose the median, what 95 of a hundred "
        "patients stay below, and that as a multiple of the highest one observed."),
    OWN },
  { "auc-at-dose", QUSOP_TOPIC_EXPOSURE, N_ ("AUCtau of virtual patients"),
    N_ ("Of the areas under the concentration at the mean dose the median, what 95 of a "
        "hundred patients stay below, and that as a multiple of the highest one "
        "observed, "
        "per hour."),
    OWN },
  { "time-to-target", QUSOP_TOPIC_EXPOSURE, N_ ("Time to target"),
    N_ ("From the first dose until the biomarker is at or below the threshold for good: "
        "median and 5th to 95th percentile of the patients who get there."),
    OWN },
  { "geometric-mean", QUSOP_TOPIC_EXPOSURE, N_ ("Geometric mean"),
    N_ ("The mean of the logarithms, taken back: the middle of values whose scatter is "
        "one of factors."),
    BONATE },
  { "geometric-cv", QUSOP_TOPIC_EXPOSURE, N_ ("Geometric CV"),
    N_ ("The scatter that belongs to a geometric mean: √(exp s² − 1), with s the "
        "standard "
        "deviation of the logarithms."),
    BONATE },
  { "lloq", QUSOP_TOPIC_EXPOSURE, N_ ("Limit of quantification (LLOQ)"),
    N_ ("Below it a laboratory gives no number. Such values count in the likelihood as "
        "“less than that”, and are not thrown away."),
    "Beal 2001" },
  { "attained", QUSOP_TOPIC_EXPOSURE, N_ ("Attainment"),
    N_ ("How many subjects of an arm had every biomarker value of the last dosing window "
        "on the right side of the threshold. Counted, without a model."),
    OWN },
  { "window", QUSOP_TOPIC_EXPOSURE, N_ ("Last dosing window"),
    N_ ("The interval after the last dose that all subjects were observed in; what "
        "counts "
        "as success in the study is read there."),
    OWN },
  { "findings", QUSOP_TOPIC_EXPOSURE, N_ ("Findings"),
    N_ ("What the check of the study’s rows came upon. Fatal ones must be mended first; "
        "nothing is dropped silently."),
    OWN },
  { "study-size", QUSOP_TOPIC_EXPOSURE, N_ ("Size of the study"),
    N_ ("Rows of the file, people in it, and observations that are neither missing nor "
        "doses."),
    OWN },
  { "highest-dose", QUSOP_TOPIC_EXPOSURE, N_ ("Highest dose"),
    N_ ("The highest dose that anybody in the study was given; answers beyond it are "
        "marked."),
    OWN },

  /* The population model. */
  { "Compartments", QUSOP_TOPIC_MODEL, N_ ("Compartments"),
    N_ ("How many well-stirred spaces the drug is thought to spread over: a falling "
        "concentration with one bend needs two."),
    ROWLAND },
  { "CL", QUSOP_TOPIC_MODEL, "CL/F",
    N_ ("Apparent clearance: the volume that is freed of drug per hour, over the share "
        "absorbed, of a person of 70 kg."),
    ROWLAND },
  { "V", QUSOP_TOPIC_MODEL, "V/F",
    N_ ("Apparent central volume: amount over concentration right after the drug has "
        "come in, over the share absorbed, of a person of 70 kg."),
    ROWLAND },
  { "Q", QUSOP_TOPIC_MODEL, "Q/F",
    N_ ("Apparent flow between the central and the peripheral compartment."), ROWLAND },
  { "V2", QUSOP_TOPIC_MODEL, "V2/F",
    N_ ("Apparent volume of the peripheral compartment."), ROWLAND },
  { "ka", QUSOP_TOPIC_MODEL, "ka",
    N_ ("Rate of absorption: the share of what is left in the gut that is taken up per "
        "hour."),
    ROWLAND },
  { "Tlag", QUSOP_TOPIC_MODEL, "Tlag", N_ ("Time after a dose before absorption begins."),
    ROWLAND },
  { "R0", QUSOP_TOPIC_MODEL, "R0", N_ ("The biomarker’s level without any drug."),
    "Dayneka, Garg, Jusko 1993" },
  { "kout", QUSOP_TOPIC_MODEL, "kout",
    N_ ("Rate at which the biomarker is lost; ln 2 over kout is how long its level takes "
        "to follow the drug half-way."),
    "Dayneka, Garg, Jusko 1993" },
  { "Imax", QUSOP_TOPIC_MODEL, "Imax",
    N_ ("The largest share of the biomarker’s production that the drug can stop."),
    "Dayneka, Garg, Jusko 1993" },
  { "IC50", QUSOP_TOPIC_MODEL, "IC50",
    N_ ("The concentration that has half of the largest effect."),
    "Holford, Sheiner 1981" },
  { "gamma", QUSOP_TOPIC_MODEL, "γ",
    N_ ("How steep the effect is around IC50; 1 for the plain Emax model."),
    "Hill 1910" },
  { "u50", QUSOP_TOPIC_MODEL, "u50",
    N_ ("The dose per body weight that has half of the largest effect."),
    "Holford, Sheiner 1981" },
  { "omega2_*", QUSOP_TOPIC_MODEL, "ω²",
    N_ ("Between-subject variance of a parameter’s logarithm; √(exp ω² − 1) is its "
        "coefficient of variation among patients."),
    BONATE },
  { "omega*", QUSOP_TOPIC_MODEL, "ω",
    N_ ("Between-subject standard deviation on the scale that the model works on."),
    BONATE },
  { "corr_*", QUSOP_TOPIC_MODEL, N_ ("Correlation of random effects"),
    N_ ("How far two parameters rise together from one patient to the next, from −1 to "
        "1."),
    BONATE },
  { "beta_*", QUSOP_TOPIC_MODEL, "β",
    N_ ("The effect of a covariate: by how much a parameter’s logarithm differs between "
        "those who have it and those who have not."),
    BONATE },
  { "sigma*", QUSOP_TOPIC_MODEL, "σ",
    N_ ("Residual standard deviation: what an observation differs from its patient’s own "
        "curve by, be it the laboratory or the model."),
    BONATE },
  { "SE", QUSOP_TOPIC_MODEL, N_ ("Standard error (SE)"),
    N_ ("How much an estimate would scatter if the study were done again and again."),
    BONATE },
  { "RSE", QUSOP_TOPIC_MODEL, N_ ("Relative standard error (RSE)"),
    /* xgettext:no-c-format */
    N_ ("The standard error in per cent of the estimate. Above 50 % the study says "
        "little "
        "about a parameter."),
    BONATE },
  { "interval", QUSOP_TOPIC_MODEL, N_ ("Confidence interval"),
    N_ ("An interval made so that in 95 of a hundred studies it holds the true value. It "
        "is about the parameter, not about patients."),
    BONATE },
  { "estimate", QUSOP_TOPIC_MODEL, N_ ("Estimate"),
    N_ ("The value of the parameter that makes the observations likeliest, of the "
        "typical "
        "patient."),
    BONATE },
  { "shrinkage", QUSOP_TOPIC_MODEL, N_ ("Shrinkage"),
    /* xgettext:no-c-format */
    N_ ("How far the individual estimates have drawn together towards the typical "
        "patient, "
        "as the data of each say too little. Above 30 % their plots may mislead."),
    "Savic, Karlsson 2009" },
  { "-2LL", QUSOP_TOPIC_MODEL, "−2LL",
    N_ ("Minus twice the logarithm of the likelihood: smaller is better, between models "
        "of "
        "the same data."),
    BONATE },
  { "-2LL MC error", QUSOP_TOPIC_MODEL, N_ ("Monte Carlo error of −2LL"),
    N_ ("The standard error that −2LL has because it is found by importance sampling. "
        "Smaller differences between models mean nothing."),
    "Kuhn, Lavielle 2005" },
  { "AIC", QUSOP_TOPIC_MODEL, "AIC",
    N_ ("−2LL and 2 for every parameter: smaller is better."), "Akaike 1974" },
  { "BIC", QUSOP_TOPIC_MODEL, "BIC",
    N_ ("−2LL and a fine for every parameter that grows with the study: smaller is "
        "better; "
        "it is what the search of the structure goes by."),
    "Delattre, Lavielle, Poursat 2014" },
  { "delta-bic", QUSOP_TOPIC_MODEL, "ΔBIC",
    N_ ("BIC less that of the chosen model. Within 2 two models are hardly apart, beyond "
        "10 one is out."),
    "Kass, Raftery 1995" },
  { "n-parameters", QUSOP_TOPIC_MODEL, N_ ("Number of parameters"),
    N_ ("How many numbers were estimated: typical values, effects of covariates, "
        "variances "
        "and residual errors."),
    BONATE },
  { "Largest gradient", QUSOP_TOPIC_MODEL, N_ ("Largest gradient"),
    N_ ("How far the estimate still is from the top of the likelihood, in standard "
        "errors; "
        "near 0 where the estimation has converged."),
    "Kuhn, Lavielle 2005" },
  { "draws", QUSOP_TOPIC_MODEL, N_ ("Parameter draws"),
    N_ ("Sets of parameters drawn from what is not known of them; each gives a curve, "
        "and "
        "together they give the band and the interval of the dose."),
    "Dosne et al. 2016" },
  { "bootstrap", QUSOP_TOPIC_MODEL, N_ ("Bootstrap models"),
    N_ ("Models fitted to subjects drawn with replacement from the study; how they "
        "differ "
        "shows what is not known of the parameters."),
    "Efron, Tibshirani 1993" },
  { "SIR effective size", QUSOP_TOPIC_MODEL, N_ ("Effective sample size (ESS)"),
    N_ ("How many equal draws the weighted ones are worth. Where it is small the band "
        "rests on few of them."),
    "Kish 1965; Dosne et al. 2016" },
  { "search", QUSOP_TOPIC_MODEL, N_ ("Search of the structure"),
    N_ ("Models with more and fewer parts are fitted and compared by BIC, one part at a "
        "time."),
    "Delattre, Lavielle, Poursat 2014" },
  { "fit-time", QUSOP_TOPIC_MODEL, N_ ("Time of the fit"),
    N_ ("How long this computer worked on the fit."), OWN },
  { "u0", QUSOP_TOPIC_MODEL, "u0",
    N_ ("What is added to the dose per weight before its logarithm is taken, so that "
        "placebo has a place."),
    OWN },
  { "intercept", QUSOP_TOPIC_MODEL, N_ ("Intercept"),
    N_ ("Log-odds of success where the logarithm of the dose per weight is zero."),
    "Cox 1958" },
  { "slope", QUSOP_TOPIC_MODEL, N_ ("Slope"),
    N_ ("By how much the log-odds of success rise with the logarithm of the dose per "
        "weight."),
    "Cox 1958" },
  { "Brier score", QUSOP_TOPIC_MODEL, N_ ("Brier score"),
    N_ ("Mean squared difference between a predicted probability and what came to pass: "
        "0 "
        "is perfect, ¼ what a coin is worth."),
    "Brier 1950" },
  { "penalised log likelihood", QUSOP_TOPIC_MODEL, N_ ("Penalised log likelihood"),
    N_ ("What the fit makes as large as it can: the likelihood, less a fine that keeps "
        "the "
        "estimates finite where all subjects of an arm succeed."),
    "Firth 1993" },

  /* Diagnostics. */
  { "PRED", QUSOP_TOPIC_DIAGNOSTICS, N_ ("Population prediction (PRED)"),
    N_ ("What the model expects of a patient of that weight and co-medication, before "
        "any "
        "of the patient’s own values is known."),
    BONATE },
  { "IPRED", QUSOP_TOPIC_DIAGNOSTICS, N_ ("Individual prediction (IPRED)"),
    N_ ("The curve with a patient’s own parameters, estimated from the patient’s own "
        "values (empirical Bayes)."),
    BONATE },
  { "CWRES", QUSOP_TOPIC_DIAGNOSTICS, "CWRES",
    N_ ("Conditional weighted residuals: observations less prediction, in their own "
        "standard deviations and free of correlation. Nearly all lie between −2 and 2 if "
        "the model is right."),
    "Hooker, Staatz, Karlsson 2007" },
  { "NPDE", QUSOP_TOPIC_DIAGNOSTICS, "NPDE",
    N_ ("Where observations lie among simulated ones, turned into normal scores. Mean 0 "
        "and variance 1 if the model is right."),
    "Brendel et al. 2006" },
  { "VPC", QUSOP_TOPIC_DIAGNOSTICS, N_ ("Visual predictive check (VPC)"),
    N_ ("The study is simulated many times from the model; the percentiles of what was "
        "observed should run within the bands of what was simulated."),
    "Karlsson, Holford 2008" },
  { "pcVPC", QUSOP_TOPIC_DIAGNOSTICS, N_ ("Prediction-corrected VPC"),
    N_ ("A VPC of values divided by what each patient was expected to have, so that all "
        "doses fit into one picture."),
    "Bergstrand et al. 2011" },
  { "calibration", QUSOP_TOPIC_DIAGNOSTICS, N_ ("Calibration"),
    /* xgettext:no-c-format */
    N_ ("Whether of patients who were promised a chance of 80 % about 80 of a hundred "
        "succeed."),
    "Brier 1950" },
  { "clopper-pearson", QUSOP_TOPIC_DIAGNOSTICS, N_ ("Clopper–Pearson interval"),
    N_ ("An interval for a share that holds the true one at least as often as it says, "
        "however few people were counted."),
    "Clopper, Pearson 1934" },
  { "eta", QUSOP_TOPIC_DIAGNOSTICS, N_ ("Random effect (η)"),
    N_ ("How far one patient’s parameter lies from the typical one, on the logarithm."),
    BONATE },

  /* Networks. */
  { "epochs", QUSOP_TOPIC_NETWORK, N_ ("Epochs"),
    N_ ("How often the training sees all its subjects."),
    "Goodfellow, Bengio, Courville 2016" },
  { "RMSE*", QUSOP_TOPIC_NETWORK, "RMSE",
    N_ ("Root of the mean squared difference between observed and predicted biomarker. "
        "Of "
        "subjects that the training did not see it tells what the model is worth."),
    "Goodfellow, Bengio, Courville 2016" },
  { "R²*", QUSOP_TOPIC_NETWORK, "R²",
    N_ ("The share of the variance of the biomarker that the prediction explains."),
    "Goodfellow, Bengio, Courville 2016" },
  { "early-stopping", QUSOP_TOPIC_NETWORK, N_ ("Early stopping"),
    N_ ("The network of the epoch that was best on validation subjects is kept, so that "
        "it "
        "does not learn the others by heart."),
    "Goodfellow, Bengio, Courville 2016" },
  { "LSTM", QUSOP_TOPIC_NETWORK, "LSTM",
    N_ ("A recurrent network whose cells learn what to keep and what to forget along the "
        "time course."),
    "Hochreiter, Schmidhuber 1997" },
  { "LSTM twin*", QUSOP_TOPIC_NETWORK, N_ ("Classical twin"),
    N_ ("A classical network with about as many parameters, trained alike: what the "
        "quantum cells have to be better than."),
    OWN },
  { "classical parameters", QUSOP_TOPIC_NETWORK, N_ ("Classical parameters"),
    N_ ("How many weights of the network lie outside of its circuits."), OWN },
  { "quantum parameters", QUSOP_TOPIC_NETWORK, N_ ("Quantum parameters"),
    N_ ("How many angles of the network’s simulated circuits are trained."), OWN },

  /* Quantum estimation. */
  { "amplitude-estimation", QUSOP_TOPIC_QUANTUM, N_ ("Amplitude estimation"),
    N_ ("Reads a probability off a quantum register with an error that falls with the "
        "number of queries, where that of drawing people falls with its square root."),
    "Brassard, Høyer, Mosca, Tapp 2002" },
  { "oracle", QUSOP_TOPIC_QUANTUM, N_ ("Oracle A"),
    N_ ("The circuit that turns an empty register into all virtual patients at once, "
        "with "
        "a flag on those who succeed."),
    "Brassard, Høyer, Mosca, Tapp 2002" },
  { "grover", QUSOP_TOPIC_QUANTUM, N_ ("Grover operator"),
    N_ ("Two reflections that turn the register towards success by a fixed angle; how "
        "far "
        "it turns tells the probability. Each use takes A and A† once."),
    "Grover 1996" },
  { "queries", QUSOP_TOPIC_QUANTUM, N_ ("Queries"),
    N_ ("How often the oracle or its inverse was used; of ways without a register, how "
        "many people were asked. Queries are not seconds."),
    OWN },
  { "half-width", QUSOP_TOPIC_QUANTUM, N_ ("Half-width"),
    /* xgettext:no-c-format */
    N_ ("Half of the 95 % interval of the probability: what the estimation goes on until "
        "it has reached."),
    OWN },
  { "register-dose", QUSOP_TOPIC_QUANTUM, N_ ("Dose asked about"),
    N_ ("The dose whose probability is estimated; that of the answer until another one "
        "is "
        "chosen."),
    OWN },
  { "decay", QUSOP_TOPIC_QUANTUM, N_ ("Noise: decay"),
    N_ ("The share of the signal that each use of A loses on a device that is not "
        "perfect."),
    "Tanaka et al. 2021" },
  { "readout", QUSOP_TOPIC_QUANTUM, N_ ("Noise: misread bits"),
    N_ ("How often a measured bit is read as the other one."), "Tanaka et al. 2021" },
  { "estimate-time", QUSOP_TOPIC_QUANTUM, N_ ("Time"),
    N_ ("How long this computer took; simulating a register is never quicker than adding "
        "up its table."),
    OWN },
};

const char *
qusop_topic_title (QusopTopic topic)
{
  static const char *const titles[QUSOP_N_TOPICS] = {
    [QUSOP_TOPIC_ANSWER] = N_ ("The Answer"),
    [QUSOP_TOPIC_EXPOSURE] = N_ ("Study and Exposure"),
    [QUSOP_TOPIC_MODEL] = N_ ("The Model"),
    [QUSOP_TOPIC_DIAGNOSTICS] = N_ ("Diagnostics"),
    [QUSOP_TOPIC_NETWORK] = N_ ("Networks"),
    [QUSOP_TOPIC_QUANTUM] = N_ ("Quantum Estimation"),
  };

  return _ (titles[topic]);
}

const QusopTerm *
qusop_glossary_terms (guint *n_terms)
{
  *n_terms = G_N_ELEMENTS (terms);
  return terms;
}

static gboolean
is_called (const QusopTerm *term, const char *id)
{
  const gsize length = strlen (term->id);

  return term->id[length - 1] == '*' ? strncmp (term->id, id, length - 1) == 0
                                     : strcmp (term->id, id) == 0;
}

/**
 * qusop_glossary_find:
 *
 * Returns: (transfer none) (nullable): the first term that @id is a name of
 */
const QusopTerm *
qusop_glossary_find (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    if (is_called (&terms[i], id))
      return &terms[i];

  return NULL;
}

gboolean
qusop_explain (GtkWidget *widget, const char *id)
{
  const QusopTerm *term = qusop_glossary_find (id);
  g_autofree char *text = NULL;

  if (term == NULL)
    return FALSE;

  /* Translators: a term, its definition and where that comes from. */
  text = g_strdup_printf (_ ("%s: %s (%s)"), _ (term->term), _ (term->definition),
                          _ (term->source));
  gtk_widget_set_tooltip_text (widget, text);
  return TRUE;
}

void
qusop_explain_both (GtkWidget *name, GtkWidget *value, const char *id)
{
  qusop_explain (name, id);
  qusop_explain (value, id);
}
