"""The SageMaker page: settings, setup check and policies."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from pages.sagemaker import policies, settings_form, setup_checks
from ui import errors, layout

layout.head("SageMaker", "Run on Amazon SageMaker, billed per second.")
saved = runs.cloud_settings()
options = saved
left, right = st.columns([5, 6], gap="large")
with left, errors.shown():
    options = settings_form.ask(saved)
with right:
    setup_checks.show(options)
    policies.show(options)
st.subheader("What leaves this machine", anchor=False)
st.markdown(
    "The expression matrix with its gene and sample names, the regulators, the settings of the "
    "run, and the engine's own source go to **your** bucket and instances, encrypted. Names of "
    "runs and files, and every credential, stay here: this program stores none and takes what "
    "your AWS configuration gives it. Instances end with the job; `cleanup` on the command line "
    "removes what a run left in the bucket."
)
