//! The texts of the repository, as part of the documentation and with their examples tested.
//!
//! They begin with [`readme`].

/// Each text as a module. Its links lead to the other modules: of two definitions of a link the first
/// one counts, and the files of the repository have theirs at the end.
macro_rules! texts {
    ($($name:ident = $file:literal;)*) => {
        $(
            #[doc = concat!(
                "[CONTRIBUTING]: self::contributing\n",
                "[DESIGN]: self::design\n",
                "[LESSONS]: self::lessons\n",
                "[PERFORMANCE]: self::performance\n",
                "[PROOF]: self::proof\n",
                "[PROXY]: https://docs.rs/storable-cli\n",
                "[glossary]: self::glossary\n",
                "[harness]: self::harness\n",
                "[hosted-caches]: self::hosted_caches\n",
                "[how-to-read-a-verdict]: self::how_to_read_a_verdict\n",
                "[in-a-build]: self::in_a_build\n",
                "[inputs]: self::inputs\n",
                "[json]: self::json\n",
                "[map]: self::map\n",
                "[measure-your-cdn]: self::measure_your_cdn\n",
                "[open-choices]: self::open_choices\n",
                "[recordings]: self::recordings\n",
                "[storable-headers]: https://docs.rs/storable-headers\n",
                "[storable-pingora]: https://docs.rs/storable-pingora\n",
                "[storable-reqwest]: https://docs.rs/storable-reqwest\n",
                "[storable-tower]: https://docs.rs/storable-tower\n",
                "[which-profile]: self::which_profile\n",
                "[your-own-configuration]: self::your_own_configuration\n\n",
            )]
            #[doc = include_str!($file)]
            pub mod $name {}
        )*
    };
}

texts! {
    changelog = "../CHANGELOG.md";
    contributing = "../CONTRIBUTING.md";
    design = "../DESIGN.md";
    glossary = "../docs/glossary.md";
    harness = "../tests/harness/README.md";
    hosted_caches = "../docs/hosted-caches.md";
    how_to_read_a_verdict = "../docs/how-to-read-a-verdict.md";
    in_a_build = "../docs/in-a-build.md";
    inputs = "../docs/inputs.md";
    json = "../docs/json.md";
    lessons = "../LESSONS.md";
    map = "../docs/map.md";
    measure_your_cdn = "../docs/measure-your-cdn.md";
    open_choices = "../docs/open-choices.md";
    performance = "../PERFORMANCE.md";
    proof = "../PROOF.md";
    readme = "../README.md";
    recordings = "../tests/recordings/README.md";
    which_profile = "../docs/which-profile.md";
    your_own_configuration = "../docs/your-own-configuration.md";
}
